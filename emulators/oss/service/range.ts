/** Which bytes a Range header means: OSS serves the whole object where HTTP's own rules would clip or refuse. */
import type { ByteRange } from '../store/object-store.ts';

/** `unsatisfiable` is 416. */
export type RangeAnswer = 'whole' | 'unsatisfiable' | ByteRange;

export interface RangeQuestion {
  header: string | undefined;
  sizeBytes: number;
  /** `x-oss-range-behavior: standard`: out-of-bounds ends are clipped, out-of-bounds starts refused. */
  isStandard: boolean;
}

const SPEC = /^bytes=(\d*)-(\d*)$/;

/** Help page "GetObject", the table of ranges. */
export function answerRange({ header, sizeBytes, isStandard }: RangeQuestion): RangeAnswer {
  if (header === undefined) return 'whole';
  if (/^bytes=.*,/.test(header)) return 'unsatisfiable';
  const [, first = '', last = ''] = SPEC.exec(header.replace(/\s/g, '')) ?? [];
  if (first === '' && last === '') return 'whole';
  if (first === '') return suffix(Number(last), sizeBytes);

  const start = Number(first);
  const end = last === '' ? sizeBytes - 1 : Number(last);
  // UNVERIFIED OSS-036: an end before the start under standard behaviour.
  if (last !== '' && start > end) return 'whole';
  if (start >= sizeBytes) return isStandard ? 'unsatisfiable' : 'whole';
  if (end < sizeBytes) return { start, end };
  return isStandard ? { start, end: sizeBytes - 1 } : 'whole';
}

/** UNVERIFIED OSS-037: a suffix longer than the object is the whole of it. */
function suffix(lengthBytes: number, sizeBytes: number): RangeAnswer {
  if (lengthBytes === 0) return 'unsatisfiable';
  if (lengthBytes >= sizeBytes) return 'whole';
  return { start: sizeBytes - lengthBytes, end: sizeBytes - 1 };
}
