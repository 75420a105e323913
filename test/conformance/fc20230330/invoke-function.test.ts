/** InvokeFunction as the official Node SDK calls it, against real workers on a port of 0. */
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import { Config } from '@alicloud/openapi-client';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type FcRoom, KEY, openFcRoom, REGION } from '../../support/fc-room.ts';

// CommonJS with a `default`: an import statement would see another shape under every loader.
const sdk = createRequire(import.meta.url)('@alicloud/fc20230330') as typeof import('@alicloud/fc20230330');
const {
  InvokeFunctionHeaders,
  InvokeFunctionRequest,
  ListFunctionsRequest,
  CreateFunctionRequest,
  GetFunctionRequest,
} = sdk;

const HANDLERS = `
exports.echo = async (event) => event;
exports.boom = async () => { throw new RangeError('oops'); };
exports.refuse = (event, context, callback) => callback(new Error('no'));
exports.slow = () => new Promise(() => setInterval(() => {}, 1000));
exports.leave = () => process.exit(3);
exports.say = async () => { console.log('hello'); return 'said'; };
exports.flaky = async (event, context) => { if (context.retryCount < 2) throw new Error('not yet'); return 'done'; };
`;

let room: FcRoom;
let endpoint: string;
let client: InstanceType<typeof sdk.default>;

beforeAll(async () => {
  room = await openFcRoom();
  room.writeCode({ 'index.js': HANDLERS });
  const report = await room.deploy({
    echo: { handler: 'index.echo', description: 'says it back', environmentVariables: { COLOUR: 'blue' } },
    boom: { handler: 'index.boom' },
    refuse: { handler: 'index.refuse' },
    slow: { handler: 'index.slow', timeout: 1 },
    leave: { handler: 'index.leave' },
    say: { handler: 'index.say' },
    flaky: { handler: 'index.flaky' },
    snake: { runtime: 'python3.10' },
    full: { handler: 'index.echo', concurrencyConfig: { reservedConcurrency: 0 } },
  });
  expect(report.problems).toEqual([]);
  ({ endpoint } = await room.serve());
  client = new sdk.default(new Config({ ...KEY, endpoint, protocol: 'http', regionId: REGION }) as never);
});
afterAll(() => room.close());

async function invoke(functionName: string, body: string, headers: Record<string, string> = {}, qualifier?: string) {
  const request = new InvokeFunctionRequest({
    body: Readable.from([Buffer.from(body)]),
    ...(qualifier ? { qualifier } : {}),
  });
  const answer = await client.invokeFunctionWithOptions(
    functionName,
    request,
    new InvokeFunctionHeaders({ commonHeaders: headers }),
    {} as never,
  );
  const chunks: Buffer[] = [];
  if (answer.body) for await (const chunk of answer.body) chunks.push(Buffer.from(chunk));
  return { status: answer.statusCode, headers: answer.headers ?? {}, text: Buffer.concat(chunks).toString() };
}

describe('a synchronous call', () => {
  test('answers with the bytes that the handler returned, and who returned them', async () => {
    const { status, headers, text } = await invoke('echo', '{"a":1}');
    expect({ status, text }).toEqual({ status: 200, text: '{"a":1}' });
    expect(headers['x-fc-request-id']).toMatch(/^1-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{12}$/);
    expect(headers['x-fc-instance-id']).toMatch(/^c-/);
    expect(headers['x-fc-code-checksum']).toMatch(/^\d+$/);
    expect(Number(headers['x-fc-invocation-duration'])).toBeGreaterThan(0);
    expect(Number(headers['x-fc-max-memory-usage'])).toBeGreaterThan(1);
    expect(headers['x-fc-invocation-service-version']).toBe('LATEST');
    expect(headers['x-fc-error-type']).toBeUndefined();
  });

  test('is answered 200 with an error type when the handler throws', async () => {
    const { status, headers, text } = await invoke('boom', '');
    expect(status).toBe(200);
    expect(headers['x-fc-error-type']).toBe('UnhandledInvocationError');
    expect(JSON.parse(text)).toMatchObject({ errorMessage: 'oops', errorType: 'RangeError' });
  });

  test('tells an error handed to the callback apart', async () => {
    const { headers, text } = await invoke('refuse', '');
    expect(headers['x-fc-error-type']).toBe('HandledInvocationError');
    expect(JSON.parse(text)).toMatchObject({ errorMessage: 'no' });
  });

  test('ends a handler that runs too long, and the next call works', async () => {
    const { headers, text } = await invoke('slow', '');
    expect(headers['x-fc-error-type']).toBe('UnhandledInvocationError');
    expect(text).toMatch(/Function timed out after 1 seconds/);
    expect((await invoke('echo', 'x')).text).toBe('x');
  });

  test('answers for a process that exits under it', async () => {
    const { headers, text } = await invoke('leave', '');
    expect(headers['x-fc-error-type']).toBe('UnhandledInvocationError');
    expect(text).toMatch(/Process exited unexpectedly/);
  });

  test('brings the end of the log when asked', async () => {
    const { headers } = await invoke('say', '', { 'x-fc-log-type': 'Tail' });
    const log = Buffer.from(headers['x-fc-log-result'] ?? '', 'base64').toString();
    expect(log).toContain('FC Invoke Start RequestId:');
    expect(log).toContain('hello');
    expect((await invoke('say', '')).headers['x-fc-log-result']).toBeUndefined();
  });

  test('takes the qualifier LATEST and finds no other', async () => {
    expect((await invoke('echo', 'x', {}, 'LATEST')).text).toBe('x');
    await expect(invoke('echo', 'x', {}, '3')).rejects.toMatchObject({ statusCode: 404, code: 'VersionNotFound' });
    await expect(invoke('echo', 'x', {}, 'prod')).rejects.toMatchObject({ statusCode: 404, code: 'AliasNotFound' });
  });

  test('is refused by name for a function that does not exist', async () => {
    await expect(invoke('nobody', '')).rejects.toMatchObject({
      statusCode: 404,
      code: 'FunctionNotFound',
      message: expect.stringContaining("function 'nobody' does not exist"),
    });
  });

  test('is refused for a runtime that is not served, never with a status that clients retry', async () => {
    await expect(invoke('snake', '')).rejects.toMatchObject({
      statusCode: 400,
      message: expect.stringContaining('python3.10'),
    });
  });

  test('is refused when the function may run nothing', async () => {
    await expect(invoke('full', '')).rejects.toMatchObject({ statusCode: 429, code: 'ResourceExhausted' });
  });

  test('leaves a record in the journal', async () => {
    const { headers } = await invoke('echo', 'remember');
    const record = room.fc.journal.show(headers['x-fc-request-id'] ?? '');
    expect(record).toMatchObject({
      functionName: 'echo',
      type: 'sync',
      state: 'succeeded',
      event: 'remember',
      result: 'remember',
    });
    expect(record?.billedMs).toBeGreaterThanOrEqual(1);
    await room.atRest();
    expect(room.fc.journal.show(headers['x-fc-request-id'] ?? '')).toEqual(record);
  });
});

describe('an asynchronous call', () => {
  test('is accepted at once with an empty body, and run', async () => {
    const { status, headers, text } = await invoke('echo', 'later', { 'x-fc-invocation-type': 'Async' });
    expect({ status, text }).toEqual({ status: 202, text: '' });
    await room.atRest();
    expect(room.fc.journal.show(headers['x-fc-request-id'] ?? '')).toMatchObject({
      type: 'async',
      state: 'succeeded',
      result: 'later',
    });
  });

  test('is tried again after errors, under the same request id', async () => {
    const { headers } = await invoke('flaky', '', { 'x-fc-invocation-type': 'Async' });
    // A retry is under way only from the moment it is due: being at rest may lie between two.
    await vi.waitFor(() =>
      expect(room.fc.journal.show(headers['x-fc-request-id'] ?? '')).toMatchObject({
        state: 'succeeded',
        attempt: 2,
        result: 'done',
      }),
    );
  });

  test('is given up after three retries', async () => {
    const { headers } = await invoke('boom', '', { 'x-fc-invocation-type': 'Async' });
    await vi.waitFor(() =>
      expect(room.fc.journal.show(headers['x-fc-request-id'] ?? '')).toMatchObject({
        state: 'failed',
        attempt: 3,
        errorType: 'UnhandledInvocationError',
      }),
    );
  });

  test('uses a task id once', async () => {
    const headers = { 'x-fc-invocation-type': 'Async', 'x-fc-async-task-id': 'task-1' };
    expect((await invoke('echo', '', headers)).headers['x-fc-async-task-id']).toBe('task-1');
    await expect(invoke('echo', '', headers)).rejects.toMatchObject({
      statusCode: 400,
      message: expect.stringContaining('task-1'),
    });
    await expect(invoke('echo', '', { ...headers, 'x-fc-async-task-id': '1bad' })).rejects.toMatchObject({
      statusCode: 400,
    });
  });

  test('may carry 128 KB and not a byte more', async () => {
    const headers = { 'x-fc-invocation-type': 'Async' };
    expect((await invoke('echo', 'x'.repeat(128 * 1024), headers)).status).toBe(202);
    await expect(invoke('echo', 'x'.repeat(128 * 1024 + 1), headers)).rejects.toMatchObject({
      statusCode: 400,
      code: 'EntityTooLarge',
      message: expect.stringContaining('131072'),
    });
    await room.atRest();
  });
});

describe('the read side', () => {
  test('shows a function as the SDK models it', async () => {
    const { body } = await client.getFunction('echo', new GetFunctionRequest({}));
    expect(body).toMatchObject({
      functionName: 'echo',
      functionArn: 'acs:fc:cn-beijing:1234567890123456:functions/echo',
      runtime: 'nodejs20',
      handler: 'index.echo',
      memorySize: 512,
      timeout: 5,
      description: 'says it back',
      environmentVariables: { COLOUR: 'blue' },
      state: 'Active',
    });
  });

  test('lists functions page by page', async () => {
    const first = await client.listFunctions(new ListFunctionsRequest({ limit: 4 }));
    const names = (page: typeof first) => page.body?.functions?.map(({ functionName }) => functionName);
    expect(names(first)).toEqual(['boom', 'echo', 'flaky', 'full']);
    const rest = await client.listFunctions(
      new ListFunctionsRequest({ limit: 100, nextToken: first.body?.nextToken ?? '' }),
    );
    expect(names(rest)).toEqual(['leave', 'refuse', 'say', 'slow', 'snake']);
    expect(rest.body?.nextToken).toBeUndefined();
  });

  test('refuses what is planned by name', async () => {
    await expect(client.createFunction(new CreateFunctionRequest({}))).rejects.toMatchObject({
      statusCode: 400,
      code: 'NotImplemented',
      message: expect.stringContaining('CreateFunction'),
    });
  });
});

describe('a bad signature', () => {
  test('is refused, and so is an unknown key', async () => {
    const other = (key: object) =>
      new sdk.default(
        new Config({ ...KEY, ...key, endpoint, protocol: 'http', regionId: REGION }) as never,
      ).getFunction('echo', new GetFunctionRequest({}));
    await expect(other({ accessKeySecret: 'wrong' })).rejects.toMatchObject({
      statusCode: 403,
      code: 'SignatureNotMatch',
    });
    await expect(other({ accessKeyId: 'nobody' })).rejects.toMatchObject({
      statusCode: 403,
      code: 'InvalidAccessKeyID',
    });
    await expect(other({ accessKeyId: 'STS.old', securityToken: 'tok' })).rejects.toMatchObject({
      statusCode: 403,
      code: 'InvalidSecurityToken',
    });
    expect((await other({ accessKeyId: 'STS.fresh', securityToken: 'tok' })).statusCode).toBe(200);
  });
});
