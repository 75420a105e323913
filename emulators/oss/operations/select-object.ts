/** Answers SQL over the rows or values of an object, and counts them. */
import { Buffer } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
import type { Call } from '../../../src/kernel/operation.ts';
import { OssError } from '../errors.ts';
import { SELECT_BODY_BYTES_MAX, SELECT_OBJECT_BYTES_MAX } from '../limits.ts';
import { getObject } from '../service/read-object.ts';
import { selectFrom } from '../service/select-object.ts';
import { csvRecords, jsonRecords } from '../service/select-records.ts';
import type { OssServices } from '../service/services.ts';
import { metaFrame, selectFrames } from '../wire/select-frames.ts';
import { readSelect, readSelectMeta, type SelectFormat } from '../wire/select-request.ts';
import { readXmlBody } from '../wire/xml-body.ts';
import { bytesBody, objectInput, operation, readerOf } from './operation.ts';

const input = () => objectInput.extend({ body: bytesBody });

const SelectObject = operation({
  name: 'SelectObject',
  match: { method: 'POST', path: '/{bucket}/{key+}', query: ['x-oss-process=csv/select|json/select'] },
  ram: [{ action: 'oss:GetObject' }],
  body: 'bytes',
  bodyBytesMax: SELECT_BODY_BYTES_MAX,
  input,
  async handle({ bucket, key, body }, services, call) {
    const { headers } = call.request;
    const bytes = await readWhole(services, call, { bucket, key });
    const asked = readSelect(readXmlBody({ bytes: body, headers, root: 'SelectRequest' }), formatOf(call));
    const text = textOf(bytes, asked.isGzipped);
    return { asked, answer: Buffer.from(selectFrom(text, asked.sql, asked)), scannedBytes: bytes.length };
  },
  encode: ({ asked, answer, scannedBytes }) => ({
    status: 206,
    headers: {
      'Content-Type': 'application/octet-stream',
      'x-oss-select-output-raw': String(asked.isRaw),
    },
    body: asked.isRaw ? answer : selectFrames(answer, scannedBytes),
  }),
});

const CreateSelectObjectMeta = operation({
  name: 'CreateSelectObjectMeta',
  match: { method: 'POST', path: '/{bucket}/{key+}', query: ['x-oss-process=csv/meta|json/meta'] },
  ram: [{ action: 'oss:GetObject' }],
  body: 'bytes',
  bodyBytesMax: SELECT_BODY_BYTES_MAX,
  input,
  async handle({ bucket, key, body }, services, call) {
    const { headers } = call.request;
    const bytes = await readWhole(services, call, { bucket, key });
    const format = formatOf(call);
    const root = format === 'csv' ? 'CsvMetaRequest' : 'JsonMetaRequest';
    const asked = readSelectMeta(readXmlBody({ bytes: body, headers, root }), format);
    const text = textOf(bytes, asked.isGzipped);
    const records = [...(asked.input.format === 'csv' ? csvRecords(text, asked.input) : jsonRecords(text))];
    const [first] = records;
    const columns = Array.isArray(first) ? first.length : 0;
    return { format, scannedBytes: bytes.length, rows: records.length, columns };
  },
  encode: (meta) => ({
    status: 200,
    headers: { 'Content-Type': 'application/octet-stream' },
    body: metaFrame(meta),
  }),
});

function formatOf({ request }: Call): SelectFormat {
  return request.query.some(([name, value]) => name === 'x-oss-process' && value.startsWith('csv/')) ? 'csv' : 'json';
}

async function readWhole(services: OssServices, call: Call, ref: { bucket: string; key: string }): Promise<Buffer> {
  if (call.request.headers.range !== undefined)
    throw new OssError('NotImplemented', { message: 'SelectObject does not serve Range yet.', header: 'Range' });
  const authorizeRead = readerOf(services, call);
  const read = { ...ref, authorizeRead, nowMs: call.now.getTime(), conditions: {}, range: undefined };
  const { record, bytes } = await getObject(services, { ...read, isStandardRange: false });
  if (record.sizeBytes > SELECT_OBJECT_BYTES_MAX) {
    if (!(bytes instanceof Uint8Array)) bytes.destroy();
    throw tooLong();
  }
  if (bytes instanceof Uint8Array) return Buffer.from(bytes);
  const chunks: Buffer[] = [];
  for await (const chunk of bytes) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

function textOf(bytes: Buffer, isGzipped: boolean): string {
  if (!isGzipped) return bytes.toString('utf8');
  try {
    return gunzipSync(bytes, { maxOutputLength: SELECT_OBJECT_BYTES_MAX }).toString('utf8');
  } catch (error) {
    if (error instanceof RangeError) throw tooLong();
    throw new OssError('InvalidCompressionFormat', { message: 'The object is not compressed with GZIP.' });
  }
}

function tooLong(): OssError {
  const message = `Objects of more than ${SELECT_OBJECT_BYTES_MAX} bytes can't be selected from here.`;
  return new OssError('NotImplemented', { message });
}

export const selectObject = [SelectObject, CreateSelectObjectMeta];
