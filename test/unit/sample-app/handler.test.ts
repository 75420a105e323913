// The sample's handler as far as it needs no bucket: what it skips, what it refuses, and what its manifests say.
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { handler } from '../../../sample-app/functions/image-processor/index.mjs';

const sampleFile = (name: string) => readFile(new URL(`../../../sample-app/${name}`, import.meta.url), 'utf8');
const event = (data: unknown) => Buffer.from(JSON.stringify({ specversion: '1.0', source: 'acs.oss', data }));
const uploaded = (key: string) => event({ oss: { bucket: { name: 'upload-images' }, object: { key } } });

test.each(['notes.txt', 'archive.jpg.zip', 'jpg', '.jpg', 'folder.jpg/', 'folder/.png'])('skips %s', async (key) => {
  expect(await handler(uploaded(key), {})).toEqual({ statusCode: 200, body: 'Skipped: not an image' });
});

test("skips by the article's short path as well", async () => {
  const short = event({ bucket: { name: 'upload-images' }, object: { key: 'notes.txt' } });
  expect(await handler(short, {})).toMatchObject({ body: 'Skipped: not an image' });
});

test.each([
  ['no data', Buffer.from('{}')],
  ['no object', event({ oss: { bucket: { name: 'upload-images' } } })],
])('rejects an event with %s, so that it is retried and then kept', async (_name, bytes) => {
  await expect(handler(bytes, {})).rejects.toThrow('The event names no object');
});

test('rejects an event that is not JSON', async () => {
  await expect(handler(Buffer.from('not json'), {})).rejects.toThrow(SyntaxError);
});

test('s.yaml triggers on uploads to the source bucket alone, so that the output cannot loop', async () => {
  const { props } = parse(await sampleFile('s.yaml')).resources['image-processor'];
  expect(JSON.parse(props.triggers[0].triggerConfig.eventRuleFilterPattern)).toEqual({
    source: ['acs.oss'],
    type: ['oss:ObjectCreated:PutObject', 'oss:ObjectCreated:PostObject', 'oss:ObjectCreated:CompleteMultipartUpload'],
    data: { oss: { bucket: { name: [props.environmentVariables.SOURCE_BUCKET] } } },
  });
});

test('localyun.yaml has the buckets and the role that s.yaml names', async () => {
  const { props } = parse(await sampleFile('s.yaml')).resources['image-processor'];
  const local = parse(await sampleFile('localyun.yaml'));
  const { SOURCE_BUCKET, TARGET_BUCKET } = props.environmentVariables;
  expect(local.buckets.map(({ name }: { name: string }) => name)).toEqual([SOURCE_BUCKET, TARGET_BUCKET]);
  expect(props.role.endsWith(`:role/${local.roles[0].name}`)).toBe(true);
  expect(local.roles[0].policies).toEqual([local.policies[0].name]);
});

test('what is deployed depends on the very versions that run here', async () => {
  const deployed = JSON.parse(await sampleFile('functions/image-processor/package.json'));
  const here = JSON.parse(await sampleFile('package.json'));
  expect(deployed.dependencies).toEqual(here.dependencies);
});
