/** ali-oss appends, with every signature version on every form of endpoint. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AliOss, aliOss, CLIENT_FORMS } from '../../support/ali-oss.ts';
import { type OssServer, startOssServer } from '../../support/oss-server.ts';

let server: OssServer;
beforeAll(async () => {
  server = await startOssServer();
  await server.oss.buckets.ensure({ name: 'my-bucket' });
});
afterAll(() => server.close());

describe.each(CLIENT_FORMS)('$name', ({ options }) => {
  let client: AliOss;
  beforeAll(async () => {
    client = aliOss(server, options(server));
    await client.delete('dir/log');
  });

  test('appends one after the other, each where the last one ended', async () => {
    const first = await client.append('dir/log', Buffer.from('hello '), { mime: 'text/plain', meta: { uid: '1' } });
    expect(first).toMatchObject({ nextAppendPosition: '6', res: { status: 200 } });
    const second = await client.append('dir/log', Buffer.from('world'), { position: '6' });
    expect(second.nextAppendPosition).toBe('11');
    expect(second.res.headers['x-oss-hash-crc64ecma']).toBe('5981764153023615706');

    const { content, res } = await client.get('dir/log');
    expect(content.toString()).toBe('hello world');
    expect(res.headers).toMatchObject({
      'x-oss-object-type': 'Appendable',
      'x-oss-next-append-position': '11',
      'x-oss-hash-crc64ecma': '5981764153023615706',
      etag: second.res.headers.etag,
      'content-type': 'text/plain',
      'x-oss-meta-uid': '1',
    });
    expect((await client.head('dir/log')).res.headers['x-oss-next-append-position']).toBe('11');
    expect((await client.list({ prefix: 'dir/log' }, {})).objects[0]).toMatchObject({ type: 'Appendable', size: 11 });
  });

  test('says where the end is when it is elsewhere', async () => {
    const wrong = client.append('dir/log', Buffer.from('x'), { position: 3 });
    await expect(wrong).rejects.toMatchObject({
      status: 409,
      code: 'PositionNotEqualToLength',
      message: 'Position is not equal to file length',
    });
    await client.put('plain', Buffer.from('x'));
    await expect(client.append('plain', Buffer.from('x'), { position: 1 })).rejects.toMatchObject({
      status: 409,
      code: 'ObjectNotAppendable',
      message: 'The object is not appendable.',
    });
    await expect(client.append('dir/log', Buffer.from('x'), { position: 'end' })).rejects.toMatchObject({
      status: 400,
      code: 'InvalidArgument',
    });
  });
});

test('each append is one event with its position', async () => {
  const facts = (await server.facts()).filter(({ key }) => key === 'dir/log').slice(0, 2);
  expect(facts).toMatchObject([
    { eventName: 'ObjectCreated:AppendObject', position: 0, sizeBytes: 6, deltaSizeBytes: 6 },
    { eventName: 'ObjectCreated:AppendObject', position: 6, sizeBytes: 11, deltaSizeBytes: 5 },
  ]);
});
