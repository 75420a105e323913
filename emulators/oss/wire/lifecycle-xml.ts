/** The lifecycle configuration as clients write and read it. */
import { type XmlContent, type XmlValue, xmlChildren } from '../../../src/protocols/xml.ts';
import { OssError } from '../errors.ts';
import {
  type Age,
  checkLifecycle,
  type LifecycleDocument,
  type LifecycleRule,
  type LifecycleRuleDraft,
} from '../service/lifecycle.ts';
import type { ObjectTag } from '../store/object-store.ts';
import { assertElements, optionalElement, optionalText, requiredText, wholeNumber } from './document-xml.ts';
import { malformed } from './xml-body.ts';

const RULE = [
  'ID',
  'Prefix',
  'Status',
  'Expiration',
  'Transition',
  'AbortMultipartUpload',
  'Tag',
  'Filter',
  'Days',
  'Date',
];
const AGE = ['Days', 'CreatedBeforeDate', 'Date'];
/** What hangs on things this room does not have yet. */
const UNSERVED = [
  'NoncurrentVersionExpiration',
  'NoncurrentVersionTransition',
  'ExpiredObjectDeleteMarker',
  'ReturnToStdWhenVisit',
  'AllowSmallFile',
];

export function readLifecycle(content: XmlContent, headers: Readonly<Record<string, string>>): LifecycleDocument {
  assertElements(content, ['Rule'], 'LifecycleConfiguration');
  const allowOverlap = headers['x-oss-allow-same-action-overlap']?.toLowerCase() === 'true';
  return checkLifecycle(xmlChildren(content, 'Rule').map(readRule), { allowOverlap });
}

function readRule(rule: XmlContent): LifecycleRuleDraft {
  assertServed(rule, RULE, 'Rule');
  assertOldWayAgrees(rule);
  const status = requiredText(rule, 'Status', 'Rule');
  if (status !== 'Enabled' && status !== 'Disabled') throw malformed('Status must be Enabled or Disabled.');
  return {
    id: optionalText(rule, 'ID'),
    // UNVERIFIED OSS-075: a rule without Prefix is for the whole bucket.
    prefix: optionalText(rule, 'Prefix') ?? '',
    isEnabled: status === 'Enabled',
    expiration: readAge(optionalElement(rule, 'Expiration'), 'Expiration'),
    transitions: xmlChildren(rule, 'Transition').map(readTransition),
    abortMultipartUpload: readAge(optionalElement(rule, 'AbortMultipartUpload'), 'AbortMultipartUpload'),
    tags: xmlChildren(rule, 'Tag').map(readTag),
    ...readFilter(optionalElement(rule, 'Filter')),
  };
}

/** ali-oss's old call repeats an expiration's day on the rule itself: UNVERIFIED OSS-172: fine when it says the same. */
function assertOldWayAgrees(rule: XmlContent): void {
  const expiration = optionalElement(rule, 'Expiration') ?? '';
  const { days, createdBeforeDate, date } = ageOf(expiration);
  const [oldDays, oldDate] = [optionalText(rule, 'Days'), optionalText(rule, 'Date')];
  if (oldDays !== undefined && Number(oldDays) !== days) throw malformed('Days of a rule belongs into its Expiration.');
  if (oldDate !== undefined && oldDate !== (createdBeforeDate ?? date))
    throw malformed('Date of a rule belongs into its Expiration.');
}

function readTag(tag: XmlContent): ObjectTag {
  assertElements(tag, ['Key', 'Value'], 'Tag');
  return { key: requiredText(tag, 'Key', 'Tag'), value: optionalText(tag, 'Value') ?? '' };
}

function readAge(element: XmlContent | undefined, where: string): Age | undefined {
  if (element === undefined) return undefined;
  assertServed(element, AGE, where);
  return ageOf(element);
}

function readTransition(element: XmlContent): Age & { storageClass: string } {
  assertServed(element, [...AGE, 'StorageClass', 'IsAccessTime'], 'Transition');
  if (optionalText(element, 'IsAccessTime')?.toLowerCase() === 'true') throw unserved('IsAccessTime');
  return { ...ageOf(element), storageClass: requiredText(element, 'StorageClass', 'Transition') };
}

function ageOf(element: XmlContent): Age {
  const days = wholeNumber(optionalText(element, 'Days'), 'Days');
  const createdBeforeDate = optionalText(element, 'CreatedBeforeDate');
  const date = optionalText(element, 'Date');
  return {
    ...(days === undefined ? {} : { days }),
    ...(createdBeforeDate === undefined ? {} : { createdBeforeDate }),
    ...(date === undefined ? {} : { date }),
  };
}

function readFilter(filter: XmlContent | undefined): Partial<LifecycleRuleDraft> {
  if (filter === undefined) return {};
  assertServed(filter, ['Not', 'ObjectSizeGreaterThan', 'ObjectSizeLessThan'], 'Filter');
  const size = (name: string) => wholeNumber(optionalText(filter, name), name);
  const sizes = { largerThanBytes: size('ObjectSizeGreaterThan'), smallerThanBytes: size('ObjectSizeLessThan') };
  const not = optionalElement(filter, 'Not');
  if (not === undefined) return sizes;
  assertServed(not, ['Prefix', 'Tag'], 'Not');
  const tag = optionalElement(not, 'Tag');
  return {
    ...sizes,
    notPrefix: requiredText(not, 'Prefix', 'Not'),
    notTag: tag === undefined ? undefined : readTag(tag),
  };
}

function assertServed(element: XmlContent, known: readonly string[], where: string): void {
  const named = typeof element === 'string' ? [] : Object.keys(element);
  const refused = named.find((name) => UNSERVED.includes(name));
  if (refused !== undefined) throw unserved(refused);
  assertElements(element, known, where);
}

function unserved(name: string): OssError {
  return new OssError('NotImplemented', { message: `${name} of a lifecycle rule is not served yet.` });
}

export function lifecycleXml({ rules }: LifecycleDocument): XmlValue {
  return {
    Rule: rules.map((rule) => ({
      ID: rule.id,
      Prefix: rule.prefix,
      Status: rule.isEnabled ? 'Enabled' : 'Disabled',
      Expiration: rule.expiration && ageXml(rule.expiration),
      Transition: rule.transitions.map((one) => ({ ...ageXml(one), StorageClass: one.storageClass })),
      AbortMultipartUpload: rule.abortMultipartUpload && ageXml(rule.abortMultipartUpload),
      Tag: rule.tags?.map(tagXml),
      Filter: filterXml(rule),
    })),
  };
}

function filterXml({ notPrefix, notTag, largerThanBytes, smallerThanBytes }: LifecycleRule): XmlValue | undefined {
  if (notPrefix === undefined && largerThanBytes === undefined && smallerThanBytes === undefined) return undefined;
  return {
    Not: notPrefix === undefined ? undefined : { Prefix: notPrefix, Tag: notTag && tagXml(notTag) },
    ObjectSizeGreaterThan: largerThanBytes,
    ObjectSizeLessThan: smallerThanBytes,
  };
}

function tagXml({ key, value }: ObjectTag) {
  return { Key: key, Value: value };
}

function ageXml({ days, createdBeforeDate, date }: Age) {
  return { Days: days, CreatedBeforeDate: createdBeforeDate, Date: date };
}
