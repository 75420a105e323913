/** The lifecycle configuration as clients write and read it. */
import { type XmlContent, type XmlValue, xmlChildren } from '../../../src/protocols/xml.ts';
import { checkLifecycle } from '../service/check-lifecycle.ts';
import type {
  Age,
  ByAccess,
  Expiration,
  LifecycleDocument,
  LifecycleRule,
  LifecycleRuleDraft,
} from '../service/lifecycle.ts';
import type { ObjectTag } from '../store/object-store.ts';
import {
  assertElements,
  optionalElement,
  optionalText,
  requiredText,
  trueOrFalse,
  wholeNumber,
} from './document-xml.ts';
import { malformed } from './xml-body.ts';

const NONCURRENT_EXPIRATION = 'NoncurrentVersionExpiration';
const NONCURRENT_TRANSITION = 'NoncurrentVersionTransition';
const RULE = [
  'ID',
  'Prefix',
  'Status',
  'Expiration',
  'Transition',
  NONCURRENT_EXPIRATION,
  NONCURRENT_TRANSITION,
  'AbortMultipartUpload',
  'Tag',
  'Filter',
  'Days',
  'Date',
];
const AGE = ['Days', 'CreatedBeforeDate', 'Date'];
const BY_ACCESS = ['IsAccessTime', 'ReturnToStdWhenVisit', 'AllowSmallFile'];

export function readLifecycle(content: XmlContent, headers: Readonly<Record<string, string>>): LifecycleDocument {
  assertElements(content, ['Rule'], 'LifecycleConfiguration');
  const allowOverlap = headers['x-oss-allow-same-action-overlap']?.toLowerCase() === 'true';
  return checkLifecycle(xmlChildren(content, 'Rule').map(readRule), { allowOverlap });
}

function readRule(rule: XmlContent): LifecycleRuleDraft {
  assertElements(rule, RULE, 'Rule');
  assertOldWayAgrees(rule);
  const status = requiredText(rule, 'Status', 'Rule');
  if (status !== 'Enabled' && status !== 'Disabled') throw malformed('Status must be Enabled or Disabled.');
  return {
    id: optionalText(rule, 'ID'),
    // UNVERIFIED OSS-075: a rule without Prefix is for the whole bucket.
    prefix: optionalText(rule, 'Prefix') ?? '',
    isEnabled: status === 'Enabled',
    expiration: readExpiration(optionalElement(rule, 'Expiration')),
    transitions: xmlChildren(rule, 'Transition').map(readTransition),
    noncurrentExpiration: readNoncurrentExpiration(optionalElement(rule, NONCURRENT_EXPIRATION)),
    noncurrentTransitions: xmlChildren(rule, NONCURRENT_TRANSITION).map(readNoncurrentTransition),
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
  assertElements(element, AGE, where);
  return ageOf(element);
}

function readExpiration(element: XmlContent | undefined): Expiration | undefined {
  if (element === undefined) return undefined;
  assertElements(element, [...AGE, 'ExpiredObjectDeleteMarker'], 'Expiration');
  const expiredMarkers = trueOrFalse(optionalText(element, 'ExpiredObjectDeleteMarker'), 'ExpiredObjectDeleteMarker');
  return { ...ageOf(element), ...(expiredMarkers === undefined ? {} : { expiredMarkers }) };
}

function readTransition(element: XmlContent): Age & ByAccess & { storageClass: string } {
  assertElements(element, [...AGE, 'StorageClass', ...BY_ACCESS], 'Transition');
  return {
    ...ageOf(element),
    storageClass: requiredText(element, 'StorageClass', 'Transition'),
    ...byAccessOf(element),
  };
}

function readNoncurrentExpiration(element: XmlContent | undefined): { noncurrentDays: number } | undefined {
  if (element === undefined) return undefined;
  assertElements(element, ['NoncurrentDays'], NONCURRENT_EXPIRATION);
  return { noncurrentDays: readNoncurrentDays(element, NONCURRENT_EXPIRATION) };
}

function readNoncurrentTransition(element: XmlContent): ByAccess & { noncurrentDays: number; storageClass: string } {
  assertElements(element, ['NoncurrentDays', 'StorageClass', ...BY_ACCESS], NONCURRENT_TRANSITION);
  return {
    noncurrentDays: readNoncurrentDays(element, NONCURRENT_TRANSITION),
    storageClass: requiredText(element, 'StorageClass', NONCURRENT_TRANSITION),
    ...byAccessOf(element),
  };
}

function readNoncurrentDays(element: XmlContent, where: string): number {
  return wholeNumber(requiredText(element, 'NoncurrentDays', where), 'NoncurrentDays') ?? 0;
}

function byAccessOf(element: XmlContent): ByAccess {
  const flag = (name: string) => trueOrFalse(optionalText(element, name), name);
  const [isAccessTime, returnToStdWhenVisit, allowSmallFile] = BY_ACCESS.map(flag);
  return {
    ...(isAccessTime === undefined ? {} : { isAccessTime }),
    ...(returnToStdWhenVisit === undefined ? {} : { returnToStdWhenVisit }),
    ...(allowSmallFile === undefined ? {} : { allowSmallFile }),
  };
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
  assertElements(filter, ['Not', 'ObjectSizeGreaterThan', 'ObjectSizeLessThan'], 'Filter');
  const size = (name: string) => wholeNumber(optionalText(filter, name), name);
  const sizes = { largerThanBytes: size('ObjectSizeGreaterThan'), smallerThanBytes: size('ObjectSizeLessThan') };
  const not = optionalElement(filter, 'Not');
  if (not === undefined) return sizes;
  assertElements(not, ['Prefix', 'Tag'], 'Not');
  const tag = optionalElement(not, 'Tag');
  return {
    ...sizes,
    notPrefix: requiredText(not, 'Prefix', 'Not'),
    notTag: tag === undefined ? undefined : readTag(tag),
  };
}

export function lifecycleXml({ rules }: LifecycleDocument): XmlValue {
  return {
    Rule: rules.map((rule) => ({
      ID: rule.id,
      Prefix: rule.prefix,
      Status: rule.isEnabled ? 'Enabled' : 'Disabled',
      Expiration: rule.expiration && {
        ...ageXml(rule.expiration),
        ExpiredObjectDeleteMarker: rule.expiration.expiredMarkers,
      },
      Transition: rule.transitions.map((one) => ({ ...ageXml(one), ...movingXml(one) })),
      [NONCURRENT_EXPIRATION]: rule.noncurrentExpiration && {
        NoncurrentDays: rule.noncurrentExpiration.noncurrentDays,
      },
      [NONCURRENT_TRANSITION]: rule.noncurrentTransitions?.map((one) => ({
        NoncurrentDays: one.noncurrentDays,
        ...movingXml(one),
      })),
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

function movingXml({
  storageClass,
  isAccessTime,
  returnToStdWhenVisit,
  allowSmallFile,
}: ByAccess & { storageClass: string }) {
  return {
    StorageClass: storageClass,
    IsAccessTime: isAccessTime,
    ReturnToStdWhenVisit: returnToStdWhenVisit,
    AllowSmallFile: allowSmallFile,
  };
}
