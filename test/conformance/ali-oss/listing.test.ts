/** ali-oss and listings: both versions, page by page. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AliOss, aliOss, CLIENT_FORMS } from '../../support/ali-oss.ts';
import { ACCOUNT_ID, type OssServer, startOssServer } from '../../support/oss-server.ts';
import { call } from '../../support/signed-oss.ts';

// Help page "ListObjectsV2" lists a key that is also the beginning of others.
const KEYS = [
  'a',
  'a/b',
  'b',
  'b/c',
  'fun/',
  'fun/movie/001.avi',
  'fun/movie/007.avi',
  'fun/test.jpg',
  'oss.jpg',
  'x +%&<',
];

let server: OssServer;
beforeAll(async () => {
  server = await startOssServer();
  await server.oss.buckets.ensure({ name: 'my-bucket' });
  const client = aliOss(server);
  for (const key of KEYS) await client.put(key, Buffer.from(key));
});
afterAll(() => server.close());

describe.each(CLIENT_FORMS)('$name', ({ options }) => {
  let client: AliOss;
  beforeAll(() => {
    client = aliOss(server, options(server));
  });
  const names = (objects: { name: string }[]) => objects.map(({ name }) => name);

  test('version 1 lists every object with what clients read of it', async () => {
    const page = await client.list({}, {});
    expect(names(page.objects)).toEqual(KEYS);
    expect(page).toMatchObject({ isTruncated: false, nextMarker: null, prefixes: null });
    expect(page.objects[0]).toMatchObject({
      etag: '"0CC175B9C0F1B6A831C399E269772661"',
      type: 'Normal',
      size: 1,
      storageClass: 'Standard',
      owner: { id: ACCOUNT_ID, displayName: ACCOUNT_ID },
      lastModified: expect.stringMatching(/\.000Z$/),
    });
  });

  test('an option that is undefined is no option', async () => {
    const none = { prefix: undefined, marker: undefined, 'max-keys': undefined };
    expect(names((await client.list(none, {})).objects)).toEqual(KEYS);
    expect(names((await client.list(null, {})).objects)).toEqual(KEYS);
  });

  test('a delimiter makes folders, and pages count them', async () => {
    const whole = await client.list({ delimiter: '/' }, {});
    expect([names(whole.objects), whole.prefixes]).toEqual([
      ['a', 'b', 'oss.jpg', 'x +%&<'],
      ['a/', 'b/', 'fun/'],
    ]);
    const inside = await client.list({ prefix: 'fun/', delimiter: '/' }, {});
    expect([names(inside.objects), inside.prefixes]).toEqual([['fun/', 'fun/test.jpg'], ['fun/movie/']]);
    const seen: string[] = [];
    let marker: string | null = null;
    do {
      const page = await client.list({ delimiter: '/', 'max-keys': 2, ...(marker ? { marker } : {}) }, {});
      expect(page.objects.length + (page.prefixes?.length ?? 0)).toBeLessThanOrEqual(2);
      seen.push(...names(page.objects), ...(page.prefixes ?? []));
      marker = page.nextMarker;
    } while (marker !== null);
    expect(seen.sort()).toEqual([...names(whole.objects), ...(whole.prefixes ?? [])].sort());
  });

  test('version 2 pages by token, also when keys are escaped', async () => {
    const seen: string[] = [];
    let token: string | null = null;
    do {
      const page = await client.listV2({ 'max-keys': 3, ...(token ? { 'continuation-token': token } : {}) });
      expect(page.keyCount).toBe(page.objects.length);
      seen.push(...names(page.objects));
      token = page.nextContinuationToken;
      expect(page.isTruncated).toBe(token !== null);
    } while (token !== null);
    expect(seen).toEqual(KEYS);
    const encoded = await client.listV2({ prefix: 'x +%', 'encoding-type': 'url' });
    expect(names(encoded.objects)).toEqual(['x%20%2B%25%26%3C']);
  });

  test('version 2 starts after a key, and shows owners only when asked', async () => {
    const page = await client.listV2({ 'start-after': 'fun/', prefix: 'fun/', delimiter: '/' });
    expect([names(page.objects), page.prefixes]).toEqual([['fun/test.jpg'], ['fun/movie/']]);
    expect(page.objects[0]?.owner).toBeNull();
    const owned = await client.listV2({ 'fetch-owner': 'true' });
    expect(owned.objects[0]?.owner).toEqual({ id: ACCOUNT_ID, displayName: ACCOUNT_ID });
  });

  test.each(['0', '1001', '-1', 'many', '1.5'])('refuses a page of %s', async (size) => {
    await expect(client.list({ 'max-keys': size }, {})).rejects.toMatchObject({ status: 400, code: 'InvalidArgument' });
    await expect(client.listV2({ 'max-keys': size })).rejects.toMatchObject({ status: 400, code: 'InvalidArgument' });
  });

  test('refuses a token that is none, and another encoding', async () => {
    for (const token of ['!!', 'err-token', 'YQ'])
      await expect(client.listV2({ 'continuation-token': token })).rejects.toMatchObject({ code: 'InvalidArgument' });
    await expect(client.list({ 'encoding-type': 'base64' }, {})).rejects.toMatchObject({ code: 'InvalidArgument' });
  });
});

test.each(['', 'list-type', 'versions', 'uploads'])(
  'a prefix or delimiter longer than any key is refused (%s)',
  async (kind) => {
    for (const name of ['prefix', 'delimiter']) {
      const list = (length: number) =>
        call(server, {
          method: 'GET',
          bucket: 'my-bucket',
          query: [
            ...(kind === '' ? [] : [[kind, kind === 'list-type' ? '2' : ''] as const]),
            [name, 'a'.repeat(length)],
          ],
        });
      expect((await list(1023)).status).toBe(200);
      expect(await list(1024)).toMatchObject({ status: 400, xml: { Code: 'InvalidArgument', ArgumentName: name } });
    }
  },
);
