/** SELECT over the wire: requests as the v2 SDKs write them, answers in frames or raw. */
import { crc32, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AliOss, aliOss } from '../../support/ali-oss.ts';
import { NONE, type OssServer, OWNER, roleSession, startOssServer } from '../../support/oss-server.ts';
import { call, type SignedCall } from '../../support/signed-oss.ts';

let server: OssServer;
let client: AliOss;
beforeAll(async () => {
  server = await startOssServer({ credentials: [OWNER, roleSession()], decide: () => NONE });
  await server.oss.buckets.ensure({ name: 'my-bucket' });
  client = aliOss(server, { sldEnable: true });
  client.useBucket('my-bucket');
  await client.put('people.csv', Buffer.from('name,age\nLora,27\nEleanor,43\n'));
  await client.put('people.csv.gz', gzipSync('name,age\nLora,27\n'));
  await client.put('people.json', Buffer.from('{"name":"Lora"}\n{"name":"Eleanor"}\n'));
});
afterAll(() => server.close());

const encoded = (text: string) => Buffer.from(text).toString('base64');
const ask = (process: string, body: string, more: Partial<SignedCall> = {}) =>
  call(server, {
    method: 'POST',
    bucket: 'my-bucket',
    key: 'people.csv',
    query: [['x-oss-process', process]],
    body,
    ...more,
  });
const select = (
  sql: string,
  inner = '<InputSerialization><CSV><FileHeaderInfo>Use</FileHeaderInfo></CSV></InputSerialization>',
) => `<SelectRequest><Expression>${encoded(sql)}</Expression>${inner}</SelectRequest>`;

function frames(bytes: Buffer) {
  const found: { type: number; payload: Buffer; isWhole: boolean }[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at + 4);
    const payload = bytes.subarray(at + 12, at + 12 + length);
    const isWhole = bytes.readUInt32BE(at + 12 + length) === crc32(payload);
    found.push({ type: bytes.readUInt32BE(at) % 0x1_00_00_00, payload, isWhole });
    at += 16 + length;
  }
  return found;
}

test('the answer comes in frames, and the last one says that all is well', async () => {
  const reply = await ask('csv/select', select('select name from ossobject where age > 30'));
  expect(reply).toMatchObject({ status: 206, headers: { 'x-oss-select-output-raw': 'false' } });
  const [data, end] = frames(reply.body);
  expect(data).toMatchObject({ type: 8388609, isWhole: true });
  expect(data?.payload.subarray(8).toString()).toBe('Eleanor\n');
  expect(end).toMatchObject({ type: 8388613, isWhole: true });
  expect(end?.payload.readUInt32BE(16)).toBe(200);
});

test('the answer comes as it is where that is asked for', async () => {
  const raw = '<OutputSerialization><OutputRawData>true</OutputRawData></OutputSerialization>';
  const lines = '<InputSerialization><JSON><Type>LINES</Type></JSON></InputSerialization>';
  const reply = await ask('json/select', select('select name from ossobject', lines + raw), { key: 'people.json' });
  expect(reply).toMatchObject({ status: 206, headers: { 'x-oss-select-output-raw': 'true' } });
  expect(reply.body.toString()).toBe('{"name":"Lora"}\n{"name":"Eleanor"}\n');
});

test('what is compressed is read, and what is said to be is refused when it is not', async () => {
  const gzip = '<InputSerialization><CompressionType>GZIP</CompressionType></InputSerialization>';
  const reply = await ask('csv/select', select('select _1 from ossobject', gzip), { key: 'people.csv.gz' });
  expect(frames(reply.body)[0]?.payload.subarray(8).toString()).toBe('name\nLora\n');
  const plain = await ask('csv/select', select('select _1 from ossobject', gzip));
  expect(plain).toMatchObject({ status: 400, xml: { Code: 'InvalidCompressionFormat' } });
});

test('rows and columns are counted', async () => {
  const csv = frames(
    (await ask('csv/meta', '<CsvMetaRequest><OverwriteIfExists>true</OverwriteIfExists></CsvMetaRequest>')).body,
  );
  expect(csv).toMatchObject([{ type: 8388614, isWhole: true }]);
  expect(csv[0]?.payload.readBigUInt64BE(24)).toBe(3n);
  expect(csv[0]?.payload.readUInt32BE(32)).toBe(2);
  const body = '<JsonMetaRequest></JsonMetaRequest>';
  const json = frames((await ask('json/meta', body, { key: 'people.json' })).body);
  expect(json).toMatchObject([{ type: 8388615, isWhole: true }]);
  expect(json[0]?.payload.readBigUInt64BE(24)).toBe(2n);
});

test.each([
  ['a statement that is none', select('delete from ossobject'), 400, 'InvalidSqlParameter'],
  [
    'a statement that is too long',
    select(`select a from ossobject where ${'a = 1 or '.repeat(2000)} a = 1`),
    400,
    'InvalidSqlParameter',
  ],
  [
    'a range of nothing',
    select(
      'select a from ossobject',
      '<InputSerialization><CSV><Range>line-range=-</Range></CSV></InputSerialization>',
    ),
    400,
    'InvalidArgument',
  ],
  ['an unknown element', '<SelectRequest><Expression></Expression><Other/></SelectRequest>', 400, 'MalformedXML'],
])('%s is refused', async (_what, body, status, code) => {
  expect(await ask('csv/select', body)).toMatchObject({ status, xml: { Code: code } });
});

test('only who may read the object selects from it, and a missing one is told', async () => {
  const body = select('select name from ossobject');
  expect(await ask('csv/select', body, { credentials: roleSession() })).toMatchObject({ status: 403 });
  expect(await ask('csv/select', body, { key: 'missing' })).toMatchObject({ status: 404, xml: { Code: 'NoSuchKey' } });
});

test('an object of more than 16 MiB is refused by name', async () => {
  await client.put('long.csv', Buffer.alloc(16 * 1024 * 1024 + 1, 'a'));
  const reply = await ask('csv/select', select('select _1 from ossobject'), { key: 'long.csv' });
  expect(reply).toMatchObject({ status: 400, xml: { Code: 'NotImplemented' } });
});
