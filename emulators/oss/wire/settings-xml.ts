/** A bucket's tags, payer and referer rules as clients write and read them. */
import { type XmlContent, type XmlValue, xmlChildren } from '../../../src/protocols/xml.ts';
import {
  type BucketTags,
  checkBucketTags,
  type RefererRules,
  type RequestPayment,
} from '../service/bucket-settings.ts';
import { assertElements, optionalElement, optionalText, requiredText, texts, trueOrFalse } from './document-xml.ts';
import { malformed } from './xml-body.ts';

export function readBucketTags(content: XmlContent): BucketTags {
  assertElements(content, ['TagSet'], 'Tagging');
  const set = optionalElement(content, 'TagSet');
  if (set === undefined) throw malformed('Tagging needs TagSet.');
  assertElements(set, ['Tag'], 'TagSet');
  return checkBucketTags(
    xmlChildren(set, 'Tag').map((tag) => {
      assertElements(tag, ['Key', 'Value'], 'Tag');
      return { key: requiredText(tag, 'Key', 'Tag'), value: optionalText(tag, 'Value') ?? '' };
    }),
  );
}

export function bucketTagsXml({ tags }: BucketTags): XmlValue {
  return { TagSet: { Tag: tags.map(({ key, value }) => ({ Key: key, Value: value })) } };
}

export function readRequestPayment(content: XmlContent): RequestPayment {
  assertElements(content, ['Payer'], 'RequestPaymentConfiguration');
  const payer = requiredText(content, 'Payer', 'RequestPaymentConfiguration');
  if (payer !== 'BucketOwner' && payer !== 'Requester') throw malformed('Payer must be BucketOwner or Requester.');
  return { payer };
}

export function requestPaymentXml({ payer }: RequestPayment): XmlValue {
  return { Payer: payer };
}

const REFERER = ['AllowEmptyReferer', 'AllowTruncateQueryString', 'TruncatePath', 'RefererList', 'RefererBlacklist'];

export function readReferer(content: XmlContent): RefererRules {
  assertElements(content, REFERER, 'RefererConfiguration');
  const flag = (name: string) => trueOrFalse(optionalText(content, name), name);
  const allowEmpty = flag('AllowEmptyReferer');
  if (allowEmpty === undefined) throw malformed('RefererConfiguration needs AllowEmptyReferer.');
  return {
    allowEmpty,
    truncateQuery: flag('AllowTruncateQueryString') ?? true,
    truncatePath: flag('TruncatePath') ?? false,
    allowed: readList(content, 'RefererList'),
    refused: readList(content, 'RefererBlacklist'),
  };
}

function readList(content: XmlContent, name: string): string[] {
  const list = optionalElement(content, name);
  if (list === undefined) return [];
  assertElements(list, ['Referer'], name);
  // oss2 and ali-oss send an empty Referer for a list that is to be empty.
  return texts(list, 'Referer').filter((referer) => referer !== '');
}

export function refererXml(rules: RefererRules): XmlValue {
  return {
    AllowEmptyReferer: rules.allowEmpty,
    AllowTruncateQueryString: rules.truncateQuery,
    TruncatePath: rules.truncatePath,
    RefererList: { Referer: rules.allowed },
    RefererBlacklist: rules.refused.length > 0 ? { Referer: rules.refused } : undefined,
  };
}
