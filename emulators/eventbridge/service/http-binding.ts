/** CloudEvents over HTTP, version 1.0: a batch, one structured event, or one whose attributes are headers. */
import { isUtf8 } from 'node:buffer';
import { readExact } from '../../../src/kernel/exact-json.ts';

export type ReadEvents = { ok: true; events: unknown[] } | { ok: false; reason: string };

export interface HttpEvents {
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

/** Reads what was sent; what the events say is for `checkEvent`. */
export function readHttpEvents({ headers, body }: HttpEvents): ReadEvents {
  const type = (headers['content-type'] ?? '').trim().toLowerCase();
  const format = /^application\/cloudevents(?:-batch)?\+([\w.-]+)/.exec(type)?.[1];
  if (format !== undefined && format !== 'json')
    return { ok: false, reason: `events are read as JSON; the format ${format} is not` };
  if (type.startsWith('application/cloudevents-batch')) return readBatch(body);
  if (type.startsWith('application/cloudevents')) {
    const read = readJson(body);
    return read.ok ? { ok: true, events: [read.value] } : read;
  }
  if (!Object.keys(headers).some((name) => name.startsWith('ce-')))
    // The oldest clients send a batch as plain JSON.
    return isJson(type)
      ? readBatch(body)
      : { ok: false, reason: `a ${type || 'body'} without ce-* headers is no CloudEvent` };
  return readBinary(headers, type, body);
}

function readBatch(body: Uint8Array): ReadEvents {
  const read = readJson(body);
  if (!read.ok) return read;
  return { ok: true, events: Array.isArray(read.value) ? read.value : [read.value] };
}

function readBinary(headers: HttpEvents['headers'], type: string, body: Uint8Array): ReadEvents {
  // Without a prototype, so that no name means another thing than an attribute.
  const event: Record<string, unknown> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) if (name.startsWith('ce-')) event[name.slice(3)] = decode(value);
  if ('data' in event || 'data_base64' in event)
    return { ok: false, reason: 'its data is the body, not the header ce-data or ce-data_base64' };
  if (type !== '') event.datacontenttype = headers['content-type'];
  if (body.byteLength === 0) return { ok: true, events: [event] };
  if (type === '' || isJson(type)) {
    const read = readJson(body);
    if (!read.ok) return read;
    event.data = read.value;
  } else if (type.startsWith('text/') && isUtf8(body)) event.data = new TextDecoder().decode(body);
  // So are texts that are no UTF-8: nothing of them is lost.
  else event.data_base64 = Buffer.from(body).toString('base64');
  return { ok: true, events: [event] };
}

/** CloudEvents HTTP binding 1.0.2: quotes and what they escape go first, then one round of percent-decoding. */
function decode(value: string): string {
  const text = /^"(?:[^"\\]|\\.)*"$/.test(value) ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value;
  try {
    return decodeURIComponent(text);
  } catch {
    // No escape at all: the text itself is meant.
    return text;
  }
}

function isJson(type: string): boolean {
  return /^(application|text)\/([\w.+-]+\+)?json\b/.test(type);
}

function readJson(body: Uint8Array): { ok: true; value: unknown } | { ok: false; reason: string } {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    // TextDecoder throws for nothing but bytes that are no UTF-8.
    return { ok: false, reason: 'the body is not UTF-8' };
  }
  try {
    return { ok: true, value: readExact(text) };
  } catch (error) {
    return { ok: false, reason: `the body is no JSON: ${error instanceof Error ? error.message.slice(0, 200) : ''}` };
  }
}
