/** Which credentials a function gets, and when they are replaced. */
import { afterEach, expect, test } from 'vitest';
import { type FcRoom, openFcRoom } from '../../../../../support/fc-room.ts';

let room: FcRoom;
afterEach(() => room.close());

async function open(role: string | undefined): Promise<FcRoom> {
  room = await openFcRoom({ clockMode: 'virtual' });
  room.writeCode({
    'index.js':
      'exports.handler = async (event, context) => [context.credentials?.accessKeyId ?? "", process.env.ALIBABA_CLOUD_ACCESS_KEY_ID ?? ""];',
  });
  await room.deploy({ f: role === undefined ? {} : { role } });
  return room;
}

async function call() {
  return room.fc.invoker.invoke({
    functionName: 'f',
    qualifier: 'LATEST',
    payload: Buffer.alloc(0),
    type: 'sync',
    cause: { kind: 'api' },
  });
}

const textOf = (answer: Awaited<ReturnType<typeof call>>) =>
  answer.ok ? Buffer.from(answer.payload).toString() : answer;

test('a function with a role is given a session of it, in its context and environment', async () => {
  await open('fc-oss-access');
  expect(textOf(await call())).toBe('["STS.1","STS.1"]');
  expect(room.assumed).toEqual([
    {
      roleArn: 'acs:ram::1234567890123456:role/fc-oss-access',
      // The instance's name: what it does under these keys can be told from what others do.
      sessionName: room.fc.journal.list({})[0]?.instanceId,
      service: 'fc.aliyuncs.com',
      durationSeconds: 129_600,
    },
  ]);
  expect(room.fc.journal.list({})[0]?.accessKeyId).toBe('STS.1');
});

test('an instance keeps its session from call to call, and no two share one', async () => {
  await open('fc-oss-access');
  await Promise.all([call(), call(), call()]);
  const instances = new Set(room.fc.journal.list({}).map(({ instanceId }) => instanceId));
  expect(new Set(room.assumed.map(({ sessionName }) => sessionName))).toEqual(instances);
  expect(room.assumed).toHaveLength(instances.size);
  expect(instances.size).toBe(3);
  await call();
  expect(room.assumed).toHaveLength(3);
  const keys = room.fc.journal.list({}).map(({ instanceId, accessKeyId }) => `${instanceId} ${accessKeyId}`);
  expect(new Set(keys).size).toBe(3);
});

test('a session is replaced before it expires', async () => {
  await open('fc-oss-access');
  await call();
  room.clock.setNow(room.clock.nowMs() + 36 * 3_600_000 - 11 * 60_000);
  await call();
  expect(room.assumed).toHaveLength(1);
  room.clock.setNow(room.clock.nowMs() + 2 * 60_000);
  expect(textOf(await call())).toContain('STS.2');
});

test('a function without a role is given none', async () => {
  await open(undefined);
  expect(textOf(await call())).toBe('["",""]');
  expect(room.assumed).toEqual([]);
});

test('a role that can not be assumed refuses the call, and says why', async () => {
  await open('missing');
  expect(await call()).toMatchObject({
    ok: false,
    status: 403,
    code: 'AccessDenied',
    message: "function 'f': role 'missing' can't be assumed by fc.aliyuncs.com: There is no such role.",
  });
  // Whoever watches the terminal learns of it too.
  expect(room.log.join('')).toContain('a call of f failed');
  expect(room.log.join('')).toContain(`"name":"fc"`);
  expect(room.log.join('')).toContain('There is no such role.');
});
