/** The lifecycle configuration as clients write and read it. */
import { type XmlContent, type XmlValue, xmlChildren } from '../../../src/protocols/xml.ts';
import { OssError } from '../errors.ts';
import { type Age, checkLifecycle, type LifecycleDocument, type LifecycleRuleDraft } from '../service/lifecycle.ts';
import { assertElements, optionalElement, optionalText, requiredText, wholeNumber } from './document-xml.ts';
import { malformed } from './xml-body.ts';

const RULE = ['ID', 'Prefix', 'Status', 'Expiration', 'Transition', 'AbortMultipartUpload', 'Filter'];
const AGE = ['Days', 'CreatedBeforeDate', 'Date'];
/** What hangs on things this room does not have yet. */
const UNSERVED = [
  'NoncurrentVersionExpiration',
  'NoncurrentVersionTransition',
  'ExpiredObjectDeleteMarker',
  'Tag',
  'ObjectSizeGreaterThan',
  'ObjectSizeLessThan',
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
    notPrefix: readFilter(optionalElement(rule, 'Filter')),
  };
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

function readFilter(filter: XmlContent | undefined): string | undefined {
  if (filter === undefined) return undefined;
  assertServed(filter, ['Not'], 'Filter');
  const not = optionalElement(filter, 'Not');
  if (not === undefined) return undefined;
  assertServed(not, ['Prefix'], 'Not');
  return requiredText(not, 'Prefix', 'Not');
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
    Rule: rules.map(({ id, prefix, isEnabled, expiration, transitions, abortMultipartUpload, notPrefix }) => ({
      ID: id,
      Prefix: prefix,
      Status: isEnabled ? 'Enabled' : 'Disabled',
      Expiration: expiration && ageXml(expiration),
      Transition: transitions.map((transition) => ({ ...ageXml(transition), StorageClass: transition.storageClass })),
      AbortMultipartUpload: abortMultipartUpload && ageXml(abortMultipartUpload),
      Filter: notPrefix === undefined ? undefined : { Not: { Prefix: notPrefix } },
    })),
  };
}

function ageXml({ days, createdBeforeDate, date }: Age) {
  return { Days: days, CreatedBeforeDate: createdBeforeDate, Date: date };
}
