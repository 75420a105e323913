/** Documents that no client would write, for every operation that takes one: refused or taken, never a crash, a hang or a 5xx. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aliOss } from '../../support/ali-oss.ts';
import { expectRefusalOrSuccess, FUZZ_MS, type HostileCall, hold } from '../../support/fuzz.ts';
import { mutated } from '../../support/mutations.ts';
import { OSS_DOCUMENTS, type OssDocument } from '../../support/oss-documents.ts';
import { type OssServer, startOssServer } from '../../support/oss-server.ts';
import { call } from '../../support/signed-oss.ts';

const BUCKET = 'my-bucket';
const RUNS = 120;
const WORK_US_MAX = 3_000_000;

let server: OssServer;
let uploadId: string;
beforeAll(async () => {
  server = await startOssServer();
  await server.oss.buckets.ensure({ name: BUCKET });
  const client = aliOss(server);
  await client.put('k', Buffer.from('hello'), { headers: { 'x-oss-storage-class': 'Archive' } });
});
afterAll(() => server.close());

function addressOf({ method, of, query }: OssDocument): Omit<HostileCall, 'isSigned'> {
  if (of === 'bucket') return { method, bucket: BUCKET, rawQuery: query };
  if (of === 'object') return { method, bucket: BUCKET, key: 'k', rawQuery: query };
  return { method, bucket: BUCKET, key: 'upload', rawQuery: `uploadId=${uploadId}` };
}

/** What a document that was taken after all must not have broken. */
async function expectServed({ of, query }: OssDocument): Promise<void> {
  const ask = (one: Partial<HostileCall>) =>
    expectRefusalOrSuccess(server, { method: 'GET', bucket: BUCKET, isSigned: true, ...one });
  if (query !== '' && of !== 'upload') await ask({ rawQuery: query, ...(of === 'object' ? { key: 'k' } : {}) });
  const headers = { origin: 'https://a.example.com', referer: 'http://a.b/c', 'access-control-request-method': 'PUT' };
  for (const method of ['GET', 'HEAD', 'OPTIONS']) await ask({ method, key: 'k', headers });
  await ask({ headers, isSigned: false });
}

test.each(OSS_DOCUMENTS.map((document) => [document.name, document] as const))(
  '%s',
  { timeout: FUZZ_MS },
  async (name, document) => {
    if (document.of === 'upload') uploadId = (await aliOss(server).initMultipartUpload('upload')).uploadId;
    const calls = fc.tuple(mutated(document.text), fc.boolean()).map(([body, isSigned]) => {
      return { ...addressOf(document), body, isSigned: isSigned || document.of === 'upload' };
    });
    const property = fc.asyncProperty(calls, async (hostile) => {
      const reply = await expectRefusalOrSuccess(server, hostile);
      if (reply.status < 300) await expectServed(document);
    });
    await hold(name, RUNS, property);
  },
);

test.each([
  ['a million empty elements', '<Object/>'.repeat(1_000_000)],
  ['as many as the limit lets through', '<Object/>'.repeat(230_000)],
  ['a thousand empty keys', '<Object><Key></Key></Object>'.repeat(1000)],
  ['elements a million deep', '<a>'.repeat(1_000_000)],
  ['one text of a megabyte', `<Object><Key>${'k'.repeat(1_000_000)}</Key></Object>`],
  ['a megabyte of references', `<Object><Key>${'&amp;'.repeat(200_000)}</Key></Object>`],
  ['a megabyte of open brackets', '<'.repeat(1_000_000)],
  ['a megabyte of attributes', `<Object ${'a="b" '.repeat(150_000)}/>`],
  ['a comment that never ends', `<!--${'-'.repeat(1_000_000)}`],
])('%s are refused at once', async (_what, inside) => {
  const body = Buffer.from(`<Delete>${inside}</Delete>`);
  const begun = process.cpuUsage();
  const delivery = { method: 'POST', bucket: BUCKET, rawQuery: 'delete', body, isSigned: true };
  expect((await expectRefusalOrSuccess(server, delivery)).xml.Code).toMatch(/MalformedXML|InvalidObjectName/);
  // The server is in this process. Its own time counts, not that of others on the machine.
  expect(process.cpuUsage(begun).user).toBeLessThan(WORK_US_MAX);
});

test('and the valid documents themselves are read as such', async () => {
  for (const document of OSS_DOCUMENTS) {
    const { method, query, text, of } = document;
    const key = of === 'object' ? { key: 'k' } : of === 'upload' ? { key: 'upload' } : {};
    const asked = of === 'upload' ? ([['uploadId', uploadId]] as const) : query;
    const { status, xml } = await call(server, { method, bucket: BUCKET, ...key, query: asked, body: text });
    const refusals = [
      'NotImplemented',
      'BucketAlreadyExists',
      'InvalidPart',
      'RestoreAlreadyInProgress',
      'InvalidObjectState',
    ];
    if (status >= 300)
      expect(refusals, `${document.name}: ${status} ${xml.Code} ${xml.ErrorDetail}`).toContain(xml.Code);
  }
});
