/** Messages from a worker, however its bytes arrive, and bytes that are none. */
import { serialize } from 'node:v8';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFrameDecoder, UnreadableFrame } from '../../../../../emulators/fc/instances/frames.ts';
import {
  FRAME_BYTES_MAX,
  LOG_CHUNK_CHARS_MAX,
  PAYLOAD_BYTES_MAX,
} from '../../../../../emulators/fc/instances/limits.ts';
import type { FromWorker } from '../../../../../emulators/fc/instances/messages.ts';

const MESSAGES: FromWorker[] = [
  { type: 'booted' },
  { type: 'assigned' },
  { type: 'log', requestId: 'r', text: 'grüße\n' },
  { type: 'returned', requestId: 'r', payload: Buffer.from('result'), rssBytes: 1 },
  { type: 'failed', requestId: 'r', handled: true, payload: Buffer.from('{}'), rssBytes: 1 },
];

function frame(value: unknown): Buffer {
  const body = serialize(value);
  const head = Buffer.alloc(4);
  head.writeUInt32LE(body.length);
  return Buffer.concat([head, body]);
}

function decode(chunks: Buffer[]): FromWorker[] {
  const taken: FromWorker[] = [];
  const decoder = createFrameDecoder((message) => taken.push(message));
  for (const chunk of chunks) decoder(chunk);
  return taken;
}

test('reads the same messages wherever the bytes are cut', () => {
  const bytes = Buffer.concat(MESSAGES.map(frame));
  fc.assert(
    fc.property(fc.array(fc.nat({ max: bytes.length }), { maxLength: 40 }), (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      const chunks = at.slice(1).map((end, i) => bytes.subarray(at[i], end));
      expect(decode(chunks)).toEqual(MESSAGES);
    }),
  );
  expect(decode([...bytes].map((byte) => Buffer.from([byte])))).toEqual(MESSAGES);
});

test('holds back a message that is not whole', () => {
  const bytes = frame({ type: 'booted' });
  expect(decode([bytes.subarray(0, bytes.length - 1)])).toEqual([]);
});

test.each([
  ['a length over the limit', Buffer.from([0xff, 0xff, 0xff, 0x7f])],
  ['a length just over the limit', Buffer.from(new Uint32Array([FRAME_BYTES_MAX + 1]).buffer)],
  ['bytes that V8 did not write', Buffer.from([3, 0, 0, 0, 1, 2, 3])],
  ['an unknown type', frame({ type: 'hello' })],
  ['no object', frame('booted')],
  ['a missing field', frame({ type: 'log', requestId: 'r' })],
  ['a payload that is no bytes', frame({ type: 'returned', requestId: 'r', payload: 'text', rssBytes: 1 })],
  [
    'a payload over 32 MB',
    frame({ type: 'returned', requestId: 'r', payload: Buffer.alloc(PAYLOAD_BYTES_MAX + 1), rssBytes: 1 }),
  ],
  ['a log text over its limit', frame({ type: 'log', requestId: 'r', text: 'x'.repeat(LOG_CHUNK_CHARS_MAX + 1) })],
  ['a request id over its limit', frame({ type: 'log', requestId: 'r'.repeat(257), text: '' })],
])('names %s', (_name, bytes) => {
  expect(() => decode([bytes])).toThrow(UnreadableFrame);
});
