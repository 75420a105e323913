/** When lifecycle rules act: the days and dates that a rule may name, and in which order. */
import { OssError } from '../errors.ts';
import { type Age, COLDER, type Expiration, type NoncurrentTransition, type Transition } from './lifecycle.ts';

export function invalid(message: string): OssError {
  return new OssError('InvalidArgument', { message });
}

/** Help page "PutBucketLifecycle": with true no day may stand beside it, with false one must. */
export function assertExpiration({ expiredMarkers, ...age }: Expiration): void {
  if (!expiredMarkers) assertAge(age, 'Expiration');
  // UNVERIFIED OSS-220: the code and wording.
  else if (Object.values(age).some((given) => given !== undefined))
    throw invalid('ExpiredObjectDeleteMarker cannot be used with Days, CreatedBeforeDate or Date.');
}

export function assertAge({ days, createdBeforeDate, date }: Age, action: string): void {
  const given = [days, createdBeforeDate, date].filter((value) => value !== undefined);
  if (given.length !== 1) throw invalid(`${action} needs exactly one of Days, CreatedBeforeDate and Date.`);
  if (days !== undefined) assertDays(days, action);
  const day = createdBeforeDate ?? date;
  if (day !== undefined && !isMidnight(day)) throw invalid(`'Date' must be at midnight GMT`);
}

function assertDays(days: number, action: string): void {
  if (!(Number.isSafeInteger(days) && days > 0))
    throw invalid(`'Days' for ${action} action must be a positive integer`);
}

function isMidnight(text: string): boolean {
  const ms = Date.parse(text);
  return /^\d{4}-\d\d-\d\dT00:00:00(\.000)?Z$/.test(text) && !Number.isNaN(ms) && text.startsWith(isoDay(ms));
}

/** JavaScript turns the 31st of February into the 3rd of March. */
function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

export function toColder(storageClass: string): (typeof COLDER)[number] {
  const found = COLDER.find((colder) => colder === storageClass);
  if (!found) throw invalid(`A transition to the storage class ${storageClass} is not possible.`);
  return found;
}

export function assertOneMeasure(expiration: Expiration | undefined, transitions: readonly Transition[]): void {
  // Delete markers are another matter than the days of objects.
  const measured = expiration?.expiredMarkers ? transitions[0] : (expiration ?? transitions[0]);
  const byDays = measured?.days !== undefined;
  for (const { days, storageClass } of transitions)
    if ((days !== undefined) !== byDays)
      throw new OssError('InvalidRequest', {
        message: `Found mixed CreatedBeforeDate and Days based Expiration and Transition for StorageClass ${storageClass} actions`,
        ec: '0014-00000080',
      });
}

/** Colder classes come later, and the end last. */
export function assertOrder(
  expirationDays: number | undefined,
  transitions: readonly Pick<Transition, 'days' | 'storageClass'>[],
): void {
  const inOrder = [...transitions].sort((a, b) => COLDER.indexOf(a.storageClass) - COLDER.indexOf(b.storageClass));
  for (const [index, { storageClass, days }] of inOrder.entries()) {
    const next = inOrder[index + 1];
    if (next?.storageClass === storageClass)
      throw invalid(`A rule has one transition to ${storageClass}, and no second one.`);
    if (next?.days !== undefined && days !== undefined && next.days <= days)
      throw invalid(
        `Days in the Transition action for StorageClass ${next.storageClass} must be more than those for ${storageClass}`,
      );
    if (expirationDays !== undefined && days !== undefined && expirationDays <= days)
      throw invalid('Days in the Expiration action must be more than those in the Transition action');
  }
}

/** The same of versions that are not current any more. */
export function assertNoncurrent(
  expiration: { noncurrentDays: number } | undefined,
  transitions: readonly NoncurrentTransition[],
): void {
  if (expiration) assertDays(expiration.noncurrentDays, 'NoncurrentVersionExpiration');
  for (const { noncurrentDays } of transitions) assertDays(noncurrentDays, 'NoncurrentVersionTransition');
  assertOrder(
    expiration?.noncurrentDays,
    transitions.map(({ noncurrentDays, storageClass }) => ({ days: noncurrentDays, storageClass })),
  );
}
