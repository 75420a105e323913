/** The sample whose role may read but not write: the refusal is seen by the function, in its record and among the denials. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { samplePhotoPath } from '../../sample-app/photo.mjs';
import { type Stack, startStack } from '../../src/index.ts';
import type { EventPath } from '../../src/ports/event-path.ts';
import { admin, factsOf, ossClient } from '../support/clients.ts';
import { lineStream } from '../support/line-stream.ts';

const TEMPLATE = join(resolve(import.meta.dirname, '../..'), 'sample-app/s.yaml');
const RESOURCES = ['acs:oss:*:*:upload-images/*', 'acs:oss:*:*:processed-images/*'];

let stack: Stack;
let said = '';
const log = lineStream((line) => {
  said += line;
});
beforeAll(async () => {
  const statement = { Effect: 'Allow', Action: ['oss:GetObject', 'oss:ListObjects'], Resource: RESOURCES };
  stack = await startStack({
    template: TEMPLATE,
    clock: 'virtual',
    log,
    policies: [{ name: 'fc-oss-readwrite', document: { Version: '1', Statement: [statement] } }],
  });
  const uploads = ossClient(factsOf(stack), 'upload-images');
  await uploads.put('uploads/boats.jpg', await readFile(samplePhotoPath()));
  await stack.settled();
});
afterAll(() => stack?.close());

const record = () => stack.invocations.list({ function: 'image-processor' })[0];

test('the run failed with AccessDenied, and waits for its next attempt', () => {
  expect(record()).toMatchObject({ state: 'retrying', attempt: 0, errorType: 'UnhandledInvocationError' });
  const error = JSON.parse(record()?.result ?? '{}') as { errorMessage: string; errorType: string };
  expect(error.errorType).toBe('Error');
  expect(error.errorMessage).toMatch(
    /^Could not process oss:\/\/upload-images\/uploads\/boats\.jpg: .*Access ?denied/i,
  );
  expect(record()?.logs.join('\n')).toContain(error.errorMessage);
});

test('the denials say who asked for what, and the smallest statement that would allow it', () => {
  const denials = stack.denials.list(100);
  const keys = new Set(denials.map(({ resource }) => resource));
  for (const key of keys)
    expect(key).toMatch(/^acs:oss:.*:processed-images\/(resized|webp)\/(large|medium|thumb)\/boats\./);
  const [denial] = denials;
  expect(denial).toMatchObject({
    operation: 'PutObject',
    action: 'oss:PutObject',
    effect: 'none',
    policies: ['fc-oss-readwrite'],
    principal: { type: 'role', roleName: 'fc-oss-access', accessKeyId: record()?.accessKeyId },
    statement: undefined,
    suggestion: { Effect: 'Allow', Action: ['oss:PutObject'], Resource: [denial?.resource] },
  });
  expect(denial?.reason).toContain('oss:PutObject');
});

test('the log names the role, the action and the policies that were looked at', () => {
  expect(said).toMatch(/Access denied\. .*action=oss:PutObject.*fc-oss-access.*policies looked at: fc-oss-readwrite/);
});

test('nothing was written', async () => {
  const { objects } = await ossClient(factsOf(stack), 'processed-images').listV2({ prefix: '', 'max-keys': '10' });
  expect(objects ?? []).toEqual([]);
});

test('the event itself was delivered: what the function made of it is between the caller and the function', () => {
  const [event] = stack.events.list({ type: 'oss:ObjectCreated:PutObject' });
  expect(stack.events.show(event?.id ?? '')?.deliveries).toMatchObject([{ state: 'delivered' }]);
});

test('asked for the event, the admin API tells of the run that failed and of the calls it was refused', async () => {
  const [event] = stack.events.list({ type: 'oss:ObjectCreated:PutObject' });
  const { body } = await admin<EventPath>(stack.endpoint, `events/${event?.id}`);
  expect(body.invocations).toMatchObject([{ requestId: record()?.requestId, errorType: 'UnhandledInvocationError' }]);
  const refused = body.invocations[0]?.refused ?? [];
  expect(refused.length).toBeGreaterThan(0);
  for (const { action, reason } of refused)
    expect([action, reason]).toEqual(['oss:PutObject', expect.stringContaining('fc-oss-readwrite')]);
});

test('it is tried three times more as time passes, and then given up', async () => {
  const requestId = record()?.requestId;
  for (const attempt of [1, 2]) {
    await stack.clock.advance('1s');
    expect(record()).toMatchObject({ requestId, state: 'retrying', attempt });
  }
  await stack.clock.advance('1s');
  expect(record()).toMatchObject({ requestId, state: 'failed', attempt: 3 });
  // A run fails with its first refusal, and what it asked for beside that one may still be on its way.
  let denials = -1;
  const newOnes = () => {
    const before = denials;
    denials = stack.denials.list(1000).length;
    return denials - before;
  };
  await expect.poll(newOnes, { interval: 200 }).toBe(0);
  await stack.clock.advance('1d');
  expect(record()).toMatchObject({ requestId, state: 'failed', attempt: 3 });
  expect(stack.denials.list(1000)).toHaveLength(denials);
  expect(stack.invocations.list({})).toHaveLength(1);
});
