/** Durations as people write them: 250ms, 30s, 5m, 1h, 2d, and sums such as 1h30m. */

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of `text`; a bare number is milliseconds. Throws a RangeError that shows the form. */
export function parseDuration(text: string): number {
  if (/^\d+$/.test(text)) return bounded(Number(text), text);
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text))
    throw new RangeError(`${JSON.stringify(text)} is no duration; write 250ms, 30s, 5m, 1h30m or 2d`);
  let ms = 0;
  for (const [, amount, , unit] of text.matchAll(/(\d+(\.\d+)?)(ms|s|m|h|d)/g))
    ms += Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS];
  // Sums of fractions such as 1.1s are not whole in binary; time is counted in whole milliseconds.
  return bounded(Math.round(ms), text);
}

function bounded(ms: number, text: string): number {
  if (!Number.isSafeInteger(ms)) throw new RangeError(`${text.slice(0, 40)} is longer than time can be counted`);
  return ms;
}
