/** Compression on the way out: for whom, of what, and what the answer then leaves out. */
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { inEncodingOf } from '../../../../../emulators/oss/wire/gzip.ts';

const TEXT = Buffer.alloc(2000, 'text ');

function answer({ type = 'text/plain', sizeBytes = TEXT.length, headers = {} as Record<string, string> } = {}) {
  const described = { 'Content-Type': type, 'Content-Length': '2000', ETag: '"E"', 'Content-MD5': 'M', ...headers };
  return { headers: described, bytes: TEXT as Readable | Uint8Array, sizeBytes };
}

test.each(['gzip', 'deflate, gzip', 'GZIP;q=0.5', 'br;q=1.0, gzip;q=0.8, *;q=0.1'])('%j takes it', async (accepted) => {
  const reply = inEncodingOf(accepted, answer());
  expect(reply.headers).toEqual({ 'Content-Type': 'text/plain', 'Content-Encoding': 'gzip' });
  expect(gunzipSync(await buffer(reply.body as Readable))).toEqual(TEXT);
});

test.each([undefined, '', 'identity', 'br', 'gzip;q=0', 'gzip; q=0.000', 'xgzip'])('%j does not', (accepted) => {
  const reply = inEncodingOf(accepted, answer());
  expect(reply).toEqual({ status: 200, headers: answer().headers, body: TEXT });
});

test.each([
  ['a picture', answer({ type: 'image/png' })],
  ['a page', answer({ type: 'text/html' })],
  ['less than a kilobyte', answer({ sizeBytes: 1023 })],
  ['what is stored with an encoding of its own', answer({ headers: { 'Content-Encoding': 'br' } })],
])('leaves %s as it is', (_what, plain) => {
  expect(inEncodingOf('gzip', plain).headers).toBe(plain.headers);
});

test('takes a kilobyte, and a type with a charset', () => {
  const plain = answer({ type: 'Application/JSON; charset=utf-8', sizeBytes: 1024 });
  expect(inEncodingOf('gzip', plain).headers).toMatchObject({ 'Content-Encoding': 'gzip' });
});

test('ends both ends when one breaks', async () => {
  const broken = new Error('disk');
  const source = new Readable({ read() {} });
  const reply = inEncodingOf('gzip', { ...answer(), bytes: source });
  const reading = buffer(reply.body as Readable);
  source.destroy(broken);
  await expect(reading).rejects.toBe(broken);

  const other = new Readable({ read() {} });
  const body = inEncodingOf('gzip', { ...answer(), bytes: other }).body as Readable;
  const closed = new Promise((resolve) => other.once('close', resolve));
  body.destroy();
  await closed;
});
