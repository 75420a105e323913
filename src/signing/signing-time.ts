/** Dates as signatures write them, and the windows they are held against. The present is always an argument. */

/** Help page "RequestTimeTooSkewed": a request may be 15 minutes off the server's clock, either way. */
export const SIGNATURE_WINDOW_MS = 15 * 60 * 1000;

export type TimeCheck =
  | { readonly state: 'ok' }
  | { readonly state: 'malformed'; readonly value: string; readonly serverTimeMs: number }
  | {
      readonly state: 'skewed';
      readonly requestTimeMs: number;
      readonly serverTimeMs: number;
      readonly maxSkewMs: number;
    }
  | { readonly state: 'expired'; readonly expiresMs: number; readonly serverTimeMs: number };

/** Holds a date text against the server's clock; `timeMs` is undefined when the text was no date. */
export function checkWindow(value: string, timeMs: number | undefined, nowMs: number, windowMs: number): TimeCheck {
  if (timeMs === undefined) return { state: 'malformed', value, serverTimeMs: nowMs };
  if (Math.abs(nowMs - timeMs) <= windowMs) return { state: 'ok' };
  return { state: 'skewed', requestTimeMs: timeMs, serverTimeMs: nowMs, maxSkewMs: windowMs };
}

const HTTP_DATE = /^[A-Z][a-z]{2}, (\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}:\d{2}:\d{2}) GMT$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Thu, 17 Nov 2005 18:49:58 GMT` (RFC 1123). */
export function parseHttpDate(text: string): number | undefined {
  const parts = HTTP_DATE.exec(text.trim());
  if (!parts) return undefined;
  const [, day = '', name = '', year, time] = parts;
  const [hour = 0, minute = 0, second = 0] = (time ?? '').split(':').map(Number);
  return existingMs([Number(year), MONTHS.indexOf(name) + 1, Number(day)], [hour, minute, second, 0]);
}

const BASIC_ISO = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/;

/** `20231216T162057Z`, the form of OSS V4. */
export function parseBasicIso(text: string): number | undefined {
  if (lastBasicIso.text !== text) lastBasicIso = { text, ms: isoMs(BASIC_ISO.exec(text)) };
  return lastBasicIso.ms;
}

/** Asked several times for one call, and calls of one second all carry the same. */
let lastBasicIso: { text: string; ms: number | undefined } = { text: '', ms: undefined };

const EXTENDED_ISO = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,3}))?Z$/;

/** `2024-01-02T03:04:05Z`, the form of the OpenAPI gateway; fractions of a second are what older clients add. */
export function parseExtendedIso(text: string): number | undefined {
  return isoMs(EXTENDED_ISO.exec(text));
}

/** Every answer that is about an object has one, and the system's own way to write it looks for a time zone each time. */
export function formatHttpDate(ms: number): string {
  const day = Math.floor(ms / DAY_MS);
  if (lastHttpDay.day !== day) lastHttpDay = { day, text: new Date(ms).toUTCString().slice(0, -MIDNIGHT.length) };
  return `${lastHttpDay.text}${timeOfDay(ms - day * DAY_MS)} GMT`;
}

/** `18:49:58`. */
function timeOfDay(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  return `${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}:${twoDigits(seconds % 60)}`;
}

const DAY_MS = 86_400_000;
const MIDNIGHT = '00:00:00 GMT';
/** `Thu, 17 Nov 2005 `, of the day that was asked for last. */
let lastHttpDay: { day: number; text: string } = { day: Number.NaN, text: '' };

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}

export function formatBasicIso(ms: number): string {
  return formatExtendedIso(ms).replace(/[-:]/g, '');
}

/** As for the header's form: a page of a listing has a thousand of them. */
export function formatExtendedIso(ms: number): string {
  return `${isoSecond(ms)}Z`;
}

/** `2024-01-02T03:04:05`. */
export function isoSecond(ms: number): string {
  const day = Math.floor(ms / DAY_MS);
  if (lastIsoDay.day !== day) lastIsoDay = { day, text: new Date(ms).toISOString().slice(0, ISO_DAY_LENGTH) };
  return `${lastIsoDay.text}T${timeOfDay(ms - day * DAY_MS)}`;
}

const ISO_DAY_LENGTH = -'T00:00:00.000Z'.length;
/** `2005-11-17`, of the day that was asked for last. */
let lastIsoDay: { day: number; text: string } = { day: Number.NaN, text: '' };

function isoMs(parts: RegExpExecArray | null): number | undefined {
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second, fraction = ''] = parts;
  const time = [Number(hour), Number(minute), Number(second), Number(fraction.padEnd(3, '0'))] as const;
  return existingMs([Number(year), Number(month), Number(day)], time);
}

type Day = readonly [year: number, month: number, day: number];
type Time = readonly [hour: number, minute: number, second: number, ms: number];

/** A date that no calendar has is no date: Date would turn 31 February into 3 March. */
function existingMs([year, month, day]: Day, [hour, minute, second, ms]: Time): number | undefined {
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second, ms));
  // Date takes years before 100 for those of the last century.
  const isDay = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isDay && hour < 24 && minute < 60 && second < 60 ? date.getTime() : undefined;
}
