/** URLs that ali-oss signs, used by a client that knows nothing of keys. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AliOss, aliOss } from '../../support/ali-oss.ts';
import { type OssServer, roleSession, startOssServer } from '../../support/oss-server.ts';
import { send } from '../../support/raw-http.ts';

let server: OssServer;
beforeAll(async () => {
  server = await startOssServer({ decide: () => ({ effect: 'allow', statement: undefined, reason: 'yes' }) });
  await server.oss.buckets.ensure({ name: 'my-bucket' });
  await aliOss(server).put('dir/a b.txt', Buffer.from('hello'));
});
afterAll(() => server.close());

/** Sends a URL to our port with its own Host, as a browser would. */
function use(url: string, { method = 'GET', headers = {}, body = undefined as string | undefined } = {}) {
  const { host, pathname, search } = new URL(url);
  return send({
    port: server.port,
    method,
    target: `${pathname}${search}`,
    headers: { host, ...headers },
    body: body ?? '',
  });
}

describe.each([
  { name: 'with sldEnable', sldEnable: true },
  { name: 'on bucket.localhost', sldEnable: false },
])('$name', ({ sldEnable }) => {
  let client: AliOss;
  beforeAll(() => {
    client = aliOss(server, { endpoint: `http://localhost:${server.port}`, sldEnable });
  });

  test('V1: reads, and takes any range', async () => {
    const reply = await use(client.signatureUrl('dir/a b.txt'), { headers: { range: 'bytes=1-2' } });
    expect([reply.status, reply.body.toString()]).toEqual([206, 'el']);
  });

  test('V1: chooses the answer’s headers', async () => {
    const url = client.signatureUrl('dir/a b.txt', { response: { 'content-type': 'text/x-test' } });
    expect((await use(url)).headers['content-type']).toBe('text/x-test');
  });

  test.each(['attachment; filename="图片 1.jpg"', 'attachment; filename="é"', 'inline\r\nx-evil: 1', '\ufffd\0'])(
    'V1: chooses the name that a file is saved under, in any script: %j',
    async (disposition) => {
      const url = client.signatureUrl('dir/a b.txt', { response: { 'content-disposition': disposition } });
      const reply = await use(url);
      expect([reply.status, reply.body.toString(), reply.headers['x-evil']]).toEqual([200, 'hello', undefined]);
      const sent = Buffer.from(String(reply.headers['content-disposition']), 'latin1').toString('utf8');
      expect(sent).toBe(disposition.replace(/[\r\n\0]/g, ' ').trimEnd());
    },
  );

  test('V1: writes, with the headers that were signed and no others', async () => {
    const url = client.signatureUrl('written', { method: 'PUT', 'Content-Type': 'text/plain' });
    expect((await use(url, { method: 'PUT', body: 'new', headers: { 'content-type': 'text/plain' } })).status).toBe(
      200,
    );
    const other = await use(url, { method: 'PUT', body: 'new', headers: { 'content-type': 'text/html' } });
    expect([other.status, other.xml.Code]).toEqual([403, 'SignatureDoesNotMatch']);
    expect((await aliOss(server).get('written')).content.toString()).toBe('new');
  });

  test('V1: a URL for GET is none for HEAD', async () => {
    const reply = await use(client.signatureUrl('dir/a b.txt'), { method: 'HEAD' });
    expect(reply.status).toBe(403);
    expect(Buffer.from(reply.headers['x-oss-err'] ?? '', 'base64').toString()).toContain('SignatureDoesNotMatch');
  });

  test('V1: is refused once it has expired', async () => {
    const reply = await use(client.signatureUrl('dir/a b.txt', { expires: -10 }));
    expect(reply.status).toBe(403);
    expect(reply.xml).toMatchObject({
      Code: 'AccessDenied',
      Message: 'Request has expired.',
      Expires: expect.stringMatching(/\.000Z$/),
      ServerTime: expect.stringMatching(/\.000Z$/),
    });
  });

  test('V4: reads and writes', async () => {
    const reply = await use(await client.signatureUrlV4('GET', 60, undefined, 'dir/a b.txt'));
    expect([reply.status, reply.body.toString()]).toEqual([200, 'hello']);
    const url = await client.signatureUrlV4('PUT', 60, { headers: { 'Content-Type': 'text/plain' } }, 'v4');
    expect((await use(url, { method: 'PUT', body: 'new', headers: { 'content-type': 'text/plain' } })).status).toBe(
      200,
    );
    expect((await aliOss(server).get('v4')).content.toString()).toBe('new');
  });

  test('V4: is refused with an expiry that is out of bounds, and with a changed parameter', async () => {
    const tooLong = await use(await client.signatureUrlV4('GET', 604_801, undefined, 'dir/a b.txt'));
    expect([tooLong.status, tooLong.xml.Code, tooLong.xml.EC]).toEqual([400, 'InvalidArgument', '0002-00000215']);
    const url = await client.signatureUrlV4('GET', 60, undefined, 'dir/a b.txt');
    const changed = await use(url.replace('x-oss-expires=60', 'x-oss-expires=61'));
    expect([changed.status, changed.xml.Code]).toEqual([403, 'SignatureDoesNotMatch']);
  });

  test('temporary credentials sign URLs, too', async () => {
    const { accessKeyId, accessKeySecret, securityToken } = roleSession();
    const session = aliOss(server, {
      endpoint: `http://localhost:${server.port}`,
      sldEnable,
      accessKeyId,
      accessKeySecret,
      stsToken: securityToken,
      refreshSTSToken: async () => ({ accessKeyId, accessKeySecret, stsToken: securityToken }),
    });
    expect((await use(session.signatureUrl('dir/a b.txt'))).body.toString()).toBe('hello');
    expect((await use(await session.signatureUrlV4('GET', 60, undefined, 'dir/a b.txt'))).body.toString()).toBe(
      'hello',
    );
    const lost = session.signatureUrl('dir/a b.txt').replace(/security-token=[^&]*&?/, '');
    expect((await use(lost)).xml.Code).toBe('InvalidAccessKeyId');
  });
});

test('ali-oss itself refuses to sign a URL on an IP endpoint', () => {
  expect(() => aliOss(server).signatureUrl('k')).toThrow('can not get the object URL when endpoint is IP');
});
