/** Web pages stay out of the admin API: only this machine's names are taken as Host and Origin. */
import express from 'express';
import supertest from 'supertest';
import { describe, expect, test } from 'vitest';
import { guardOrigin } from '../../../../src/console/guard.ts';

function guarded(listenHost = '127.0.0.1') {
  const app = express();
  app.use(guardOrigin(listenHost));
  app.use((_request, response) => void response.send('in'));
  return supertest(app);
}

describe.each([
  ['127.0.0.1', ['localhost', 'localhost:9580', 'LOCALHOST:1', '127.0.0.1', '127.0.0.1:9580', '[::1]', '[::1]:9580']],
  ['10.0.0.7', ['10.0.0.7:9580', 'localhost:9580']],
  ['fd00::7', ['[fd00::7]:9580', '[::1]:9580']],
  ['Box.local', ['box.local:9580', 'BOX.local']],
])('listening on %s', (listenHost, hosts) => {
  test.each(hosts)('a call for Host %s is let in', async (host) => {
    await guarded(listenHost).get('/').set('Host', host).expect(200);
  });

  test.each(hosts)('a page of http://%s is let in', async (host) => {
    await guarded(listenHost).get('/').set('Host', host).set('Origin', `http://${host}`).expect(200);
  });
});

test('a callback of an upload is refused, for a foreign page’s form may ask for one to this very port', async () => {
  const { status, body } = await guarded().post('/').set('Host', '127.0.0.1:9580').set('x-oss-pub-key-url', 'aA==');
  expect([status, body.error]).toEqual([403, 'ForeignOrigin']);
});

test.each([
  'evil.example',
  'evil.example:9580',
  'localhost.evil.example',
  '127.0.0.1.evil.example',
  'evil-localhost',
  'localhost@evil.example',
  '10.0.0.7',
  '0.0.0.0',
  '127.0.0.2',
  '[::2]',
  '[::1].evil.example',
  '[::1',
  '',
  ' ',
  'localhost evil.example',
  'localhost,evil.example',
  'localhost.',
  '2130706433',
  '0x7f.1',
])('a call for the foreign Host %j is refused', async (host) => {
  const { status, body } = await guarded().get('/').set('Host', host);
  // Some of these node itself calls no HTTP.
  expect([400, 403]).toContain(status);
  if (status === 403) expect(body.error).toBe('ForeignOrigin');
});

test.each([
  'null',
  'https://evil.example',
  'http://localhost.evil.example:9580',
  'http://evil.example/localhost',
  'http://localhost@evil.example',
  'file://',
  'chrome-extension://localhost-not',
  'localhost',
  'http://',
  '',
  'http://127.0.0.1:9580 http://evil.example',
  // Pages of other servers of this machine.
  'http://localhost:3000',
  'http://localhost',
  'http://127.0.0.1:9580',
  'https://localhost:9580',
  'data:text/html,x',
])('a page of the foreign Origin %j is refused, whatever its Host', async (origin) => {
  for (const method of ['get', 'post', 'options'] as const) {
    const { body } = await guarded()[method]('/').set('Host', 'localhost:9580').set('Origin', origin).expect(403);
    expect(body).toMatchObject({ error: 'ForeignOrigin', message: expect.stringContaining('Origin') });
  }
});
