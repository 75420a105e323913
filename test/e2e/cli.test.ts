/** The command line as scripts and people rely on it: its one ready line, its commands, its exit codes, its end. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { admin, invokeFunction, ossClient, settle } from '../support/clients.ts';
import { descendantsOf, isRunning, until } from '../support/processes.ts';
import { type CliEnd, type RunningCli, readyCli, runCli, spawnCli, startCli } from '../support/start-cli.ts';
import { uploadTrigger, writeFiles, writeProject } from '../support/template.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const require = createRequire(import.meta.url);
const sdk = require('@alicloud/eventbridge') as typeof import('@alicloud/eventbridge');

const HANDLER = `exports.handler = async (event, context) => {
  const text = event.toString();
  if (text.includes('fail')) throw new RangeError('told to fail');
  console.log('seen', text);
  return { seen: text, retryCount: context.retryCount };
};`;
const project = () => writeProject({ functions: { echo: { code: { 'index.js': HANDLER } } } });

describe('commands on a running stack', () => {
  let stack: RunningCli;
  let folder: string;
  beforeAll(async () => {
    folder = project();
    stack = await startCli(['--template', 's.yaml', '--cold-start', 'off'], { cwd: folder });
  });
  afterAll(async () => void (await stack?.stop()));

  const run = (...args: string[]) => runCli(args, { cwd: folder });

  test('start --json prints one line with everything a script needs, and logs elsewhere', () => {
    expect(stack.stdout().match(/\n/g)).toHaveLength(1);
    expect(stack.ready).toEqual({
      ready: true,
      endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      region: 'cn-beijing',
      accountId: '1234567890123456',
      accessKeyId: 'LTAI5tLocalYunDefaultKey',
      accessKeySecret: 'LocalYunDefaultSecret0000000000',
      pid: stack.child.pid,
      startupMs: expect.any(Number),
    });
    expect(stack.ready.startupMs).toBeGreaterThan(0);
  });

  test('status names the rooms', async () => {
    const { code, stdout } = await run('status');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      new RegExp(`^LocalYun \\d+\\.\\d+\\.\\d+ is running at ${stack.endpoint} \\(pid ${stack.pid}\\)`),
    );
    for (const room of ['oss', 'eventbridge', 'fc', 'ram'])
      expect(stdout).toMatch(new RegExp(`^ +${room} +running$`, 'm'));
  });

  test('env is what a shell can evaluate', async () => {
    const { stdout, code } = await run('env');
    expect(code).toBe(0);
    for (const line of stdout.trimEnd().split('\n')) expect(line).toMatch(/^export [A-Z_]+='[^']*'$/);
    expect(stdout).toContain(`export OSS_ENDPOINT='${stack.endpoint}'\n`);
    expect(stdout).toContain(`export ALIBABA_CLOUD_ACCESS_KEY_ID='${stack.ready.accessKeyId}'\n`);
    const dotenv = await run('env', '--shell', 'dotenv');
    expect(dotenv.stdout).toContain(`ALIBABA_CLOUD_ACCESS_KEY_SECRET="${stack.ready.accessKeySecret}"\n`);
    expect((await run('env', '--shell', 'tcsh')).code).toBe(2);
  });

  test('wait returns when it is so', async () => {
    expect(await run('wait', 'ready')).toMatchObject({ code: 0, stdout: 'ready\n' });
    expect(await run('wait', 'settled', '--timeout', '10s')).toMatchObject({ code: 0, stdout: 'settled\n' });
    expect(await run('wait', 'forever')).toMatchObject({ code: 2 });
  });

  test('events tells what happened to an upload, why no rule matched, and sends it again', async () => {
    const oss = ossClient(stack.ready);
    await oss.putBucket('told');
    oss.useBucket('told');
    await oss.put('a.txt', Buffer.from('a'));
    await settle(stack);
    const list = await run('events', 'list', '--type', 'oss:ObjectCreated:PutObject');
    expect(list).toMatchObject({ code: 0, stdout: expect.stringMatching(/told\/a\.txt {2}→ no rule {2}\((\w+)\)\n$/) });
    const id = /\((\w+)\)/.exec(list.stdout)?.[1] ?? '';
    const shown = await run('events', 'show', id);
    expect(await run('events', 'show', id, '--bus', 'default')).toEqual(shown);
    expect(await run('events', 'show', id, '--bus', 'none')).toMatchObject({ code: 1 });
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining('No rule matched.') });
    expect(JSON.parse((await run('events', 'show', id, '--json')).stdout)).toMatchObject({ event: { id } });
    expect((await run('events', 'replay', id)).stdout).toMatch(new RegExp(`^${id} again, as [0-9a-f-]{36}\n$`));
    expect((await run('events', 'replay', '--since', '10m', '--type', 'oss:ObjectCreated:PutObject')).stdout).toMatch(
      /^(\S+ again, as \S+\n){2}$/,
    );
    expect((await run('events', 'replay', '--since', '10m', '--limit', '2')).stdout).toMatch(
      /^(\S+ again, as \S+\n){2}These are the newest 2; what is older was not sent: --until names its end\.\n$/,
    );
    expect(await run('events', 'show', 'none')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no event none; it was refused, or has left the history'),
    });
    expect(await run('events', 'replay')).toMatchObject({ code: 2 });
    expect(await run('events', 'list', '--since', 'whenever')).toMatchObject({ code: 2 });
  });

  test('what a sender wrote moves nothing in the terminal', async () => {
    const endpoint = stack.endpoint.replace('http://', '');
    const { accessKeyId, accessKeySecret } = stack.ready;
    const client = new sdk.default(new sdk.Config({ accessKeyId, accessKeySecret, endpoint }));
    const subject = 'a\u001b[2Jb';
    const extensions = { aliyuneventbusname: 'default' };
    const event = { id: 'loud', source: 'crm', type: 't', subject, data: Buffer.from('{}'), extensions };
    await client.putEvents([new sdk.CloudEvent(event)]);
    expect((await run('events', 'list', '--source', 'crm')).stdout).toContain('a\\u001b[2Jb');
    expect((await run('events', 'show', 'loud')).stdout).toContain('a\\u001b[2Jb');
    // An id that a path would lose on its way.
    await client.putEvents([new sdk.CloudEvent({ ...event, id: '..' })]);
    expect((await run('events', 'show', '..')).stdout).toContain('a\\u001b[2Jb');
    expect((await run('events', 'replay', '..')).stdout).toMatch(/^\.\. again, as [0-9a-f-]{36}\n$/);
    // Sent to one rule, it may reach nobody: that is told at once.
    const picky = { eventBusName: 'default', ruleName: 'picky', filterPattern: '{"source":["shop"]}' };
    await client.createRule(new sdk.CreateRuleRequest(picky));
    expect((await run('events', 'replay', 'loud', '--rule', 'picky')).stdout).toMatch(
      /^loud again, as [0-9a-f-]{36}\n {2}picky did not match it: source is "crm"; wanted "shop"/,
    );
    const none = await run('events', 'replay', '--since', '10m', '--rule', 'picky');
    expect(none.stdout).toBe('No events that picky matches.\n');
  });

  test('invoke prints the result, and the log beside it', async () => {
    const { code, stdout, stderr } = await run('invoke', 'echo', '-e', '{"a":"ü"}');
    expect({ code, result: JSON.parse(stdout) }).toEqual({ code: 0, result: { seen: '{"a":"ü"}', retryCount: 0 } });
    expect(stderr).toMatch(/^FC Invoke Start RequestId: /);
    expect(stderr).toContain('seen {"a":"ü"}');
  });

  test('invoke reads the event from a file', async () => {
    writeFiles(folder, { 'event.json': '{"from":"file"}' });
    expect(JSON.parse((await run('invoke', 'echo', '-f', 'event.json')).stdout).seen).toBe('{"from":"file"}');
    const { code, stderr } = await run('invoke', 'echo', '-f', 'nowhere.json');
    expect([code, oneSentence(stderr)]).toEqual([2, "The event file nowhere.json can't be read."]);
  });

  test('invoke --async queues and says under which id; --trace shows the phases', async () => {
    const queued = await run('invoke', 'echo', '--async', '-e', 'later');
    expect(queued).toMatchObject({ code: 0, stdout: expect.stringMatching(/^queued as 1-[0-9a-f-]+\n$/) });
    await run('wait', 'settled');
    const requestId = queued.stdout.trim().split(' ').at(-1);
    expect((await admin(stack.endpoint, `invocations/${requestId}`)).body).toMatchObject({
      state: 'succeeded',
      event: 'later',
    });
    const traced = await run('invoke', 'echo', '--trace');
    expect(traced.stderr).toMatch(/^instance +c-\S+ \(warm\)$/m);
    expect(traced.stderr).toMatch(/^duration +[\d.]+ ms, billed \d+ ms$/m);
  });

  test('a failing function ends invoke with 1, its error on stdout', async () => {
    const { code, stdout, stderr } = await run('invoke', 'echo', '-e', 'fail');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ errorMessage: 'told to fail', errorType: 'RangeError' });
    expect(stderr).toMatch(/localyun: echo failed: UnhandledInvocationError \(request 1-\S+\)\.\n$/);
  });

  test('a function that is not there is refused by name', async () => {
    const { code, stderr } = await run('invoke', 'nobody');
    expect([code, oneSentence(stderr)]).toEqual([1, "FunctionNotFound: function 'nobody' does not exist"]);
  });

  test('LOCALYUN_ENDPOINT finds it from another folder', async () => {
    const { code, stdout } = await runCli(['status'], { env: { LOCALYUN_ENDPOINT: stack.endpoint } });
    expect([code, stdout.includes(stack.endpoint)]).toEqual([0, true]);
  });

  test('stop ends it and waits until it is gone', async () => {
    const { code, stdout } = await run('stop');
    expect({ code, stdout }).toEqual({ code: 0, stdout: `Stopped LocalYun (pid ${stack.pid}).\n` });
    expect(isRunning(stack.pid)).toBe(false);
    expect((await stack.ended).code).toBe(0);
    expect(existsSync(join(folder, '.localyun/run.json'))).toBe(false);
    const [again, status] = [await run('stop'), await run('status')];
    expect([again.code, status.code]).toEqual([1, 1]);
    expect(oneSentence(status.stderr)).toMatch(/^No running LocalYun found/);
  });
});

describe('the end of a stack', () => {
  const slow = `exports.handler = async (event) => {
    require('fs').writeFileSync(event.toString(), '');
    await new Promise((resolve) => setTimeout(resolve, 400));
    return 'finished';
  };`;
  const endless = `exports.handler = async (event) => { require('fs').writeFileSync(event.toString(), ''); for (;;); };`;
  const slowProject = () =>
    writeProject({
      functions: {
        slow: { code: { 'index.js': slow } },
        endless: { code: { 'index.js': endless }, props: { timeout: 600 } },
      },
    });

  /** A stack with a call of this function under way. */
  async function busyStack(functionName: string) {
    const folder = slowProject();
    const stack = await startCli(['--template', 's.yaml', '--cold-start', 'off'], { cwd: folder });
    const mark = join(folder, 'entered');
    const call = invokeFunction(stack.ready, functionName, mark);
    call.catch(() => undefined);
    await until('the function runs', () => existsSync(mark));
    const workers = descendantsOf(stack.pid);
    expect(workers.length).toBeGreaterThan(0);
    return { stack, call, workers };
  }

  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s lets running calls finish, ends with 0 and leaves no process',
    async (name) => {
      const { stack, call, workers } = await busyStack('slow');
      stack.signal(name);
      expect((await call).body).toBe('finished');
      expect(await stack.ended).toMatchObject({ code: 0, signal: null });
      expect(workers.filter(isRunning)).toEqual([]);
      expect(stack.stderr()).not.toMatch(/ at .*\.js:\d+/);
    },
  );

  test('a call that never ends is cut after the grace of 5 s', async () => {
    const { stack, workers } = await busyStack('endless');
    const startedMs = performance.now();
    const { code } = await stack.stop();
    expect(code).toBe(0);
    expect(performance.now() - startedMs).toBeLessThan(8_000);
    expect(workers.filter(isRunning)).toEqual([]);
  });

  test('a second signal ends it at once, and leaves no process either', async () => {
    const { stack, workers } = await busyStack('endless');
    const startedMs = performance.now();
    stack.signal('SIGTERM');
    await until(
      'it refuses new calls or is gone',
      async () =>
        (await admin(stack.endpoint, 'health').catch(() => undefined)) === undefined ||
        performance.now() - startedMs > 300,
    );
    stack.signal('SIGINT');
    const { code } = await stack.ended;
    expect(code).toBe(130);
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    await until('no worker is left', () => workers.filter(isRunning).length === 0, 3_000);
  });
});

describe('what cannot be used is told in one sentence, with exit code 2', () => {
  const start = (cwd: string, ...args: string[]) =>
    runCli(['start', '--json', '--port', '0', '--ephemeral', ...args], { cwd });

  test('a port in use', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const end = await runCli(['start', '--json', '--ephemeral', '--port', String(port)]);
    await new Promise((resolve) => server.close(resolve));
    expectRefusal(
      end,
      `Port ${port} on 127.0.0.1 is in use. Free it, or take another with --port (0 picks a free one).`,
    );
  });

  test('a broken s.yaml', async () => {
    const folder = temporaryFolder();
    writeFiles(folder, { 's.yaml': 'edition: 3.0.0\nresources:\n  a: [1, 2\n' });
    expectRefusal(await start(folder), /s\.yaml.*(3|4|line)/s);
  });

  test('a misspelt key in s.yaml names the nearest', async () => {
    const folder = writeProject({ functions: { f: { code: { 'index.js': HANDLER }, props: { memorySzie: 128 } } } });
    expectRefusal(await start(folder), /memorySzie.*memorySize/s);
  });

  test('a misspelt key in localyun.yaml names the nearest', async () => {
    const folder = temporaryFolder();
    writeFiles(folder, { 'localyun.yaml': 'buckets:\n  - nmae: photos\nregoin: cn-beijing\n' });
    const end = await start(folder);
    expect(end.code).toBe(2);
    expect(end.stderr).toMatch(/localyun\.yaml: unknown setting regoin; did you mean region\?/);
    expect(end.stderr).toMatch(/unknown setting buckets\.0\.nmae; did you mean name\?/);
    expect(end.stderr).not.toMatch(STACK_TRACE);
  });

  test('a value that localyun.yaml can not have', async () => {
    const folder = temporaryFolder();
    writeFiles(folder, { 'localyun.yaml': 'port: 99999\n' });
    expectRefusal(
      await runCli(['start', '--json', '--ephemeral'], { cwd: folder }),
      /localyun\.yaml: port is not valid/,
    );
  });

  test('a missing handler file', async () => {
    const folder = writeProject({ functions: { f: { code: { 'other.js': '' } } } });
    expectRefusal(await start(folder), /[Ff]unction f: .*index.*does not exist/);
  });

  test('a missing code folder', async () => {
    const folder = writeProject({ functions: { f: { code: { 'index.js': HANDLER }, props: { code: './nowhere' } } } });
    expectRefusal(await start(folder), /[Ff]unction f: .*nowhere does not exist/);
  });

  test('a template that is not there', async () => {
    expectRefusal(
      await start(temporaryFolder(), '--template', 'missing.yaml'),
      /^The template \S+missing\.yaml can't be read \(there is no such file\)\.$/,
    );
  });

  test('a folder given as template', async () => {
    expectRefusal(await start(temporaryFolder(), '--template', '.'), /can't be read \(EISDIR\)/);
  });

  test('an event pattern that no rule can have', async () => {
    const trigger = uploadTrigger('photos');
    const config = { ...(trigger.triggerConfig as object), eventRuleFilterPattern: '{"source":"acs.oss"}' };
    const props = { triggers: [{ ...trigger, triggerConfig: config }] };
    const folder = writeProject({ functions: { f: { code: { 'index.js': HANDLER }, props } } });
    expectRefusal(await start(folder), /Trigger on-upload of f: eventRuleFilterPattern.*acs\.oss/);
  });

  test('a data folder that is a file', async () => {
    const folder = temporaryFolder();
    writeFiles(folder, { state: 'a file' });
    const end = await runCli(['start', '--json', '--port', '0', '--data-dir', 'state'], { cwd: folder });
    expectRefusal(end, /state/);
  });

  test.each([[['--prot', '1']], [['--auth', 'never']], [['--port', 'many']], [['--data-dir', 'x', '--ephemeral']]])(
    'a flag: %j',
    async (flags) => {
      const end = await runCli(['start', '--json', ...flags]);
      expect(end.code).toBe(2);
      expect(end.stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(2);
      expect(end.stderr).not.toMatch(STACK_TRACE);
      expect(end.stdout).toBe('');
    },
  );

  test('an unknown command', async () => {
    const { code, stderr } = await runCli(['begin']);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/unknown command 'begin'/)]);
  });
});

describe('a data folder', () => {
  test('is served by one stack at a time', async () => {
    const folder = project();
    const first = await startCli(['--data-dir', 'state', '--template', 's.yaml'], { cwd: folder });
    const second = await runCli(['start', '--json', '--port', '0', '--data-dir', 'state'], { cwd: folder });
    expectRefusal(
      second,
      /^LocalYun already runs from this folder at http.*`localyun stop`.*another folder.*--ephemeral/,
    );
    const elsewhere = await runCli(['start', '--json', '--port', '0', '--data-dir', join(folder, 'state')]);
    expectRefusal(elsewhere, /state/);
    expect((await admin(first.endpoint, 'health')).status).toBe(200);
    expect((await first.stop()).code).toBe(0);
    const third = await startCli(['--data-dir', 'state', '--template', 's.yaml'], { cwd: folder });
    expect((await third.stop()).code).toBe(0);
  });

  test('keeps objects, events, and asynchronous calls that had not run yet', async () => {
    const log = join(temporaryFolder(), 'calls');
    const code = `exports.handler = async (event, context) => {
      require('fs').appendFileSync(process.env.LOG, context.retryCount + ' ' + event + '\\n');
      if (event.toString() === 'stubborn' && context.retryCount === 0) throw new Error('not yet');
      if (event.toString() === 'slow') await new Promise((resolve) => setTimeout(resolve, 60_000));
    };`;
    const environmentVariables = { LOG: log };
    const triggers = [uploadTrigger('photos')];
    const folder = writeProject({
      functions: {
        once: { code: { 'index.js': code }, props: { environmentVariables, triggers } },
        slow: { code: { 'index.js': code }, props: { environmentVariables, timeout: 120 } },
      },
      settings: { buckets: [{ name: 'photos' }] },
    });
    const flags = ['--data-dir', 'state', '--template', 's.yaml', '--cold-start', 'off', '--clock', 'virtual'];
    const first = await startCli(flags, { cwd: folder });
    const bytes = Buffer.alloc(300_000, 'photo');
    await ossClient(first.ready, 'photos').put('a.jpg', bytes);
    await settle(first);
    // One waits for its retry, which virtual time never brings; one is still running when the stack ends.
    const stubborn = await invokeFunction(first.ready, 'once', 'stubborn', { type: 'Async' });
    await settle(first);
    const slow = await invokeFunction(first.ready, 'slow', 'slow', { type: 'Async' });
    const lines = () => readFileSync(log, 'utf8').trimEnd().split('\n');
    await until('the slow call runs', () => lines().includes('0 slow'));
    expect(stubborn.status).toBe(202);
    expect((await first.stop()).code).toBe(0);

    const second = await startCli(flags, { cwd: folder });
    const { content } = await ossClient(second.ready, 'photos').get('a.jpg');
    expect((content as Buffer).equals(bytes)).toBe(true);
    const events = await admin<{ subject: string; deliveries: number }[]>(
      second.endpoint,
      'events?type=oss:ObjectCreated:PutObject',
    );
    expect(events.body).toMatchObject([{ subject: expect.stringMatching(/photos\/a\.jpg$/), deliveries: 1 }]);
    await until('the slow call runs again', () => lines().filter((line) => line === '0 slow').length === 2);
    await admin(second.endpoint, 'clock', { body: { mode: 'real' } });
    await until('the retry ran', () => lines().includes('1 stubborn'));
    const show = async (requestId: string) =>
      (await admin<{ state: string }>(second.endpoint, `invocations/${requestId}`)).body;
    await until('the retry is recorded', async () => (await show(stubborn.requestId)).state === 'succeeded');
    expect(await show(slow.requestId)).toMatchObject({ state: 'running', functionName: 'slow' });
    expect(lines().filter((line) => line.includes('acs.oss'))).toHaveLength(1);
    await second.kill();
  });
});

test('start without --json shows a banner and says when it stops', async () => {
  const folder = project();
  const cli = spawnCli(['start', '--port', '0', '--ephemeral'], { cwd: folder });
  await until('the banner is there', () => cli.stdout().includes('Ctrl+C stops it.'), 15_000);
  for (const part of ['LocalYun is ready', 'echo (nodejs20, index.handler', '(temporary)'])
    expect(cli.stdout()).toContain(part);
  cli.signal('SIGINT');
  const { code, stdout } = await cli.ended;
  expect([code, stdout.includes('Stopping')]).toEqual([0, true]);
});

test('a reader that leaves ends the stack as a signal does, and no stack trace is told', async () => {
  const cli = spawnCli(['start', '--port', '0', '--ephemeral']);
  cli.child.stdout?.destroy();
  const { code, stderr } = await cli.ended;
  expect(stderr).not.toMatch(/EPIPE|this is a bug|\n\s+at /);
  expect(code).toBe(0);
});

test('settings come from flags before the environment before localyun.yaml', async () => {
  const folder = temporaryFolder();
  writeFiles(folder, { 'localyun.yaml': 'region: cn-shanghai\naccountId: "111111"\n' });
  const options = {
    cwd: folder,
    env: { LOCALYUN_REGION: 'cn-hangzhou', LOCALYUN_ACCESS_KEY_ID: 'own', LOCALYUN_ACCESS_KEY_SECRET: 'secret' },
  };
  const stack = await readyCli(spawnCli(['start', '--json', '--ephemeral', '--port', '0'], options));
  expect(stack.ready).toMatchObject({
    region: 'cn-hangzhou',
    accountId: '111111',
    accessKeyId: 'own',
    accessKeySecret: 'secret',
  });
  await stack.stop();
});

const STACK_TRACE = /\n\s+at |this is a bug/;

function expectRefusal(end: CliEnd, sentence: string | RegExp): void {
  expect({ code: end.code, stdout: end.stdout }).toEqual({ code: 2, stdout: '' });
  expect(end.stderr).not.toMatch(STACK_TRACE);
  if (typeof sentence === 'string') expect(oneSentence(end.stderr)).toBe(sentence);
  else expect(oneSentence(end.stderr)).toMatch(sentence);
}

/** What the command said about itself: one line, with nothing before it. */
function oneSentence(stderr: string): string {
  expect(stderr).toMatch(/^localyun: [^\n]+\n$/);
  return stderr.slice('localyun: '.length).trimEnd();
}
