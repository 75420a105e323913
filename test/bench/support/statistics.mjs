// Medians and percentiles, so that one slow round does not tell the tale.

/** `share` from 0 to 1; nearest rank. */
export function percentile(samples, share) {
  if (samples.length === 0) throw new RangeError('There are no samples.');
  const sorted = [...samples].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
}

export const median = (samples) => percentile(samples, 0.5);

/** Three significant digits or so: more would be noise. */
export function rounded(value) {
  const size = Math.abs(value);
  if (size >= 100) return String(Math.round(value));
  // -0.00 would only puzzle.
  return size < 0.005 ? '0.00' : value.toFixed(size >= 10 ? 1 : 2);
}
