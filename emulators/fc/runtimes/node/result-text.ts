/** What a handler hands back, as bytes. Runtime source: the same rules for results and for error texts. */

/** A Buffer as it is, nothing for nothing, JSON for objects, text for the rest. */
export function resultBytes(value: unknown): Uint8Array {
  return Buffer.isBuffer(value) ? value : Buffer.from(asText(value));
}

export function asText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Buffer.isBuffer(value)) return value.toString();
  // An object whose toJSON answers nothing has no JSON: that is an empty result too.
  if (typeof value === 'object') return JSON.stringify(value) ?? '';
  if (typeof value === 'function') return value.constructor.toString();
  return String(value);
}
