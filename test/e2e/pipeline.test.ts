/** The sample, end to end: a real photograph put into one bucket becomes six pictures in the other, and its way can be followed. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { derive } from '../../sample-app/functions/image-processor/images.mjs';
import { samplePhotoPath } from '../../sample-app/photo.mjs';
import { type Stack, startStack } from '../../src/index.ts';
import type { InvocationRecord } from '../../src/ports/invocation-journal.ts';
import { admin, factsOf, ossClient } from '../support/clients.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const TEMPLATE = join(ROOT, 'sample-app/s.yaml');

let stack: Stack;
let photo: Buffer;
beforeAll(async () => {
  photo = await readFile(samplePhotoPath());
  stack = await startStack({ template: TEMPLATE });
});
afterAll(() => stack?.close());

const bucket = (name: string) => ossClient(factsOf(stack), name);

/** Uploads and waits; answers the id under which the event of the upload is kept. */
async function upload(key: string, bytes: Buffer): Promise<string> {
  const { res } = await bucket('upload-images').put(key, bytes);
  await stack.settled();
  return requestIdOf(res);
}

function requestIdOf(res: object): string {
  return (res as { headers: Record<string, string> }).headers['x-oss-request-id'] ?? '';
}

const derivativeKeys = (name: string) => [
  ...['large', 'medium', 'thumb'].map((size) => `resized/${size}/${name}.jpg`),
  ...['large', 'medium', 'thumb'].map((size) => `webp/${size}/${name}.webp`),
];

interface Picture {
  contentType: string;
  format: string;
  width: number;
  height: number;
  bytes: Buffer;
}

async function fetchPicture(key: string): Promise<Picture> {
  const { content, res } = await bucket('processed-images').get(key);
  const { format, width, height } = await sharp(content as Buffer).metadata();
  const contentType = (res.headers as Record<string, string>)['content-type'] ?? '';
  return { contentType, format, width, height, bytes: content as Buffer };
}

const shape = ({ contentType, format, width, height }: Picture) => [contentType, format, width, height];

/** How far two pictures lie apart on average within a part of them, from 0 to 255. */
async function distance(
  one: Buffer,
  other: Buffer,
  part: { left: number; top: number; width: number; height: number },
) {
  const cut = (bytes: Buffer) => sharp(bytes).extract(part).removeAlpha().raw().toBuffer();
  const [a, b] = await Promise.all([cut(one), cut(other)]);
  return a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] ?? 0)), 0) / a.length;
}

describe('the sample photo', () => {
  let eventId: string;
  let pictures: Map<string, Picture>;
  beforeAll(async () => {
    eventId = await upload('uploads/boats.jpg', photo);
    const keys = derivativeKeys('boats');
    pictures = new Map(await Promise.all(keys.map(async (key) => [key, await fetchPicture(key)] as const)));
  });

  test('becomes six objects and no more', async () => {
    const { objects } = await bucket('processed-images').listV2({ prefix: '', 'max-keys': '1000' });
    expect(objects.map(({ name }) => name)).toEqual(derivativeKeys('boats'));
  });

  test('in the sizes, formats and content types of the pipeline, never scaled up', () => {
    expect([...pictures.values()].map(shape)).toEqual([
      ['image/jpeg', 'jpeg', 1024, 819],
      ['image/jpeg', 'jpeg', 600, 480],
      ['image/jpeg', 'jpeg', 150, 120],
      ['image/webp', 'webp', 1024, 819],
      ['image/webp', 'webp', 600, 480],
      ['image/webp', 'webp', 150, 120],
    ]);
  });

  test('large and medium carry the watermark at the bottom right, thumbs do not', async () => {
    for (const plain of await derive(photo, { watermark: '' })) {
      const { width, height, body, size, folder, extension } = plain;
      const key = `${folder}/${size}/boats.${extension}`;
      const { bytes } = pictures.get(key) ?? { bytes: Buffer.alloc(0) };
      if (size === 'thumb') {
        expect(bytes.equals(body), key).toBe(true);
        continue;
      }
      const right = { left: width - 160, top: height - 60, width: 150, height: 50 };
      const elsewhere = { left: 0, top: 0, width, height: Math.floor(height / 2) };
      expect(await distance(bytes, body, right), key).toBeGreaterThan(3);
      expect(await distance(bytes, body, elsewhere), key).toBeLessThan(0.5);
    }
  });

  test('its event names the object, and one rule matched and delivered it', async () => {
    const list = stack.events.list({ type: 'oss:ObjectCreated:PutObject', subject: subjectOf('uploads/boats.jpg') });
    expect(list).toMatchObject([{ id: eventId, source: 'acs.oss', bus: 'default', deliveries: 1 }]);
    expect(list[0]?.matchedRules).toHaveLength(1);
    const trace = stack.events.show(eventId);
    expect(trace?.event).toMatchObject({
      specversion: '1.0',
      aliyunaccountid: stack.accountId,
      aliyunregionid: stack.region,
      data: {
        oss: { bucket: { name: 'upload-images' }, object: { key: 'uploads/boats.jpg', size: photo.length } },
      },
    });
    expect(trace?.matched).toHaveLength(1);
    expect(trace?.deliveries).toMatchObject([
      { state: 'delivered', targetType: 'acs.fc.function', attempts: [{ ok: true }] },
    ]);
  });

  test('its invocation was a cold start whose phases add up, and says what it made', () => {
    const requestId = stack.events.show(eventId)?.deliveries[0]?.attempts[0]?.invocationRequestId ?? '';
    const record = stack.invocations.show(requestId);
    expect(record).toMatchObject({
      functionName: 'image-processor',
      state: 'succeeded',
      type: 'async',
      isColdStart: true,
      attempt: 0,
      cause: { kind: 'event', eventId },
      errorType: undefined,
    });
    const { coldStart, durationMs = 0, billedMs, maxMemoryMB = 0 } = record ?? ({} as InvocationRecord);
    const { prepareCodeMs = 0, runtimeInitMs = 0, initializerMs = 0, simulatedMs, totalMs } = coldStart ?? {};
    expect(simulatedMs).toBe(0);
    expect(totalMs).toBeCloseTo(prepareCodeMs + runtimeInitMs + initializerMs, 0);
    expect(totalMs).toBeGreaterThan(0);
    expect(billedMs).toBe(Math.ceil(durationMs));
    expect(maxMemoryMB).toBeGreaterThan(10);
    expect(record?.logs.some((line) => line.includes('Made 6 derivatives of uploads/boats.jpg'))).toBe(true);
    const { body } = JSON.parse(record?.result ?? '{}') as { body: string };
    expect(JSON.parse(body)).toMatchObject({ source: 'uploads/boats.jpg', count: 6 });
  });

  test('the six uploads are events of the function, which no rule took up again', async () => {
    const { body } = await admin<{ invocations: { ledTo: { subject: string; matchedRules: string[] }[] }[] }>(
      stack.endpoint,
      `events/${eventId}`,
    );
    const ledTo = body.invocations.flatMap((invocation) => invocation.ledTo);
    expect(ledTo.map(({ subject }) => subject).sort()).toEqual(
      derivativeKeys('boats').map((key) => subjectOf(key, 'processed-images')),
    );
    expect(ledTo.flatMap(({ matchedRules }) => matchedRules)).toEqual([]);
    const [first] = stack.events.list({ subject: subjectOf('resized/large/boats.jpg', 'processed-images') });
    expect(stack.events.show(first?.id ?? '')?.unmatched).toMatchObject([
      { failures: [{ path: 'data.oss.bucket.name', found: 'processed-images' }] },
    ]);
    expect(stack.invocations.list({ function: 'image-processor' })).toHaveLength(1);
  });
});

test('the second upload finds the instance warm', async () => {
  await upload('uploads/again.jpg', photo);
  const [latest] = stack.invocations.list({ function: 'image-processor', limit: 1 });
  expect(latest).toMatchObject({ state: 'succeeded', isColdStart: false, coldStart: undefined });
  expect(latest?.instanceId).toBe(stack.invocations.list({ function: 'image-processor' }).at(-1)?.instanceId);
});

test('a wider photo is scaled down to 1200', async () => {
  const wide = await sharp(photo).resize({ width: 1600 }).png().toBuffer();
  await upload('uploads/wide.png', wide);
  expect(shape(await fetchPicture('resized/large/wide.jpg'))).toEqual(['image/jpeg', 'jpeg', 1200, 960]);
  expect(shape(await fetchPicture('webp/large/wide.webp'))).toEqual(['image/webp', 'webp', 1200, 960]);
});

test('a multipart upload starts the function once, when it is complete', async () => {
  const large = await sharp(photo).resize({ width: 1600 }).jpeg({ quality: 95 }).toBuffer();
  expect(large.length).toBeGreaterThan(300 * 1024);
  const runs = stack.invocations.list({ function: 'image-processor' }).length;
  await bucket('upload-images').multipartUpload('uploads/parts.jpg', large, { partSize: 100 * 1024, parallel: 3 });
  await stack.settled();
  expect((await fetchPicture('resized/large/parts.jpg')).width).toBe(1200);
  expect(stack.invocations.list({ function: 'image-processor' })).toHaveLength(runs + 1);
  const types = stack.events.list({ subject: subjectOf('uploads/parts.jpg') }).filter((each) => each.deliveries > 0);
  expect(types.map(({ type }) => type)).toEqual(['oss:ObjectCreated:CompleteMultipartUpload']);
});

test('keys with spaces, signs and other alphabets come through whole', async () => {
  await upload('uploads/a b+c%20d&e=照片.jpg', photo);
  expect((await fetchPicture('resized/thumb/a b+c%20d&e=照片.jpg')).width).toBe(150);
});

test('what is no photo is skipped or said to be unreadable, and disturbs nobody', async () => {
  await upload('uploads/notes.txt', Buffer.from('not a picture'));
  const [skipped] = stack.invocations.list({ function: 'image-processor', limit: 1 });
  expect(skipped).toMatchObject({ state: 'succeeded' });
  expect(skipped?.result).toContain('Skipped: not an image');
});

function subjectOf(key: string, name = 'upload-images'): string {
  return `acs:oss:${stack.region}:${stack.accountId}:${name}/${key}`;
}
