/** The two forms of time that OSS writes. */
import { formatHttpDate, isoSecond } from '../../../src/signing/signing-time.ts';

/** `2012-02-24T08:43:07.000Z`: oss2 parses exactly this form, so the milliseconds are always zero. */
export function xmlTime(ms: number): string {
  return `${isoSecond(ms)}.000Z`;
}

export { formatHttpDate as headerTime };
