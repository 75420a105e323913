/** Keys of control characters, which the database writes as two bytes each: the longest are refused, and never by an error of ours. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OssServer, startOssServer } from '../../support/oss-server.ts';
import { call } from '../../support/signed-oss.ts';

let server: OssServer;
beforeAll(async () => {
  server = await startOssServer();
  await server.oss.buckets.ensure({ name: 'my-bucket' });
});
afterAll(() => server.close());

const CONTROL = '\u0001';
const put = (length: number, more: { query?: [string, string][]; method?: string } = {}) =>
  call(server, { method: 'PUT', bucket: 'my-bucket', key: CONTROL.repeat(length), body: 'x', ...more });

test.each([
  [1, 200],
  [500, 200],
  [800, 200],
  [1023, 400],
  [1024, 400],
])('a key of %d of them: %d', async (length, status) => {
  const reply = await put(length);
  expect([reply.status, reply.xml?.Code]).toEqual([status, status === 200 ? undefined : 'InvalidObjectName']);
  const upload = await put(length, { method: 'POST', query: [['uploads', '']] });
  expect(upload.status).toBe(status);
});

test('markers, prefixes and delimiters of them are taken at any length that a key may have', async () => {
  await put(3);
  for (const length of [1, 800, 1023])
    for (const sub of ['list', 'versions', 'uploads'])
      for (const name of ['prefix', sub === 'list' ? 'marker' : 'key-marker', 'delimiter']) {
        const query: [string, string][] = [[name, CONTROL.repeat(length)]];
        if (sub !== 'list') query.unshift([sub, '']);
        const reply = await call(server, { method: 'GET', bucket: 'my-bucket', query });
        expect([sub, name, length, reply.status]).toEqual([sub, name, length, 200]);
      }
});
