/** The two forms of time that OSS writes. */
import { formatExtendedIso, formatHttpDate } from '../../../src/signing/signing-time.ts';

/** `2012-02-24T08:43:07.000Z`: oss2 parses exactly this form, so the milliseconds are always zero. */
export function xmlTime(ms: number): string {
  return formatExtendedIso(ms).replace('Z', '.000Z');
}

export { formatHttpDate as headerTime };
