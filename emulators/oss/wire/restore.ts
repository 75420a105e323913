/** Restoring on the wire: the request's document, and how far it has come. */
import { xmlChildren, xmlText } from '../../../src/protocols/xml.ts';
import { OssError } from '../errors.ts';
import { isArchived, type RestoreObject, type RestoreTier, restoreState } from '../service/restore.ts';
import type { ObjectRecord } from '../store/object-store.ts';
import { headerTime } from './times.ts';
import { malformed, readXmlBody } from './xml-body.ts';

const TIERS: readonly RestoreTier[] = ['Expedited', 'Standard', 'Bulk'];

/** The document may be left out. */
export function readRestore(
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>>,
): Pick<RestoreObject, 'days' | 'tier'> {
  if (bytes.length === 0) return { days: undefined, tier: undefined };
  const content = readXmlBody({ bytes, headers, root: 'RestoreRequest' });
  const days = xmlText(content, 'Days')?.trim();
  if (days !== undefined && !/^\d{1,9}$/.test(days)) throw malformed('Days is a number.');
  const [parameters] = xmlChildren(content, 'JobParameters');
  const written = xmlText(parameters, 'Tier')?.trim();
  const tier = TIERS.find((known) => known === written);
  // oss2 2.19 tests: the code.
  if (written !== undefined && tier === undefined)
    throw new OssError('InvalidArgument', {
      message: `Tier is one of ${TIERS.join(', ')}.`,
      argumentName: 'Tier',
      argumentValue: written,
    });
  return { days: days === undefined ? undefined : Number(days), tier };
}

/** Undefined for what is not, or no longer, asked back. ali-oss parses exactly this. */
export function restoreText(record: ObjectRecord, nowMs: number): string | undefined {
  const state = isArchived(record) ? restoreState(record, nowMs) : 'frozen';
  if (state === 'frozen') return undefined;
  if (state === 'ongoing') return 'ongoing-request="true"';
  return `ongoing-request="false", expiry-date="${headerTime(record.restore?.expiresAtMs ?? nowMs)}"`;
}

export function restoreHeaders(record: ObjectRecord, nowMs: number): Record<string, string> {
  const text = restoreText(record, nowMs);
  return text === undefined ? {} : { 'x-oss-restore': text };
}
