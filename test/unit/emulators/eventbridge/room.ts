/** The EventBridge room on a real database and outbox, with a clock to move and a function port that does as it is told. */
import { PassThrough } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { EventBridge, EventBridgeNeeds } from '../../../../emulators/eventbridge/index.ts';
import { createEventBridge } from '../../../../emulators/eventbridge/index.ts';
import { createClock } from '../../../../src/kernel/clock.ts';
import type { Database } from '../../../../src/kernel/database.ts';
import { openDatabase } from '../../../../src/kernel/database.ts';
import { createIds } from '../../../../src/kernel/ids.ts';
import { createLogger } from '../../../../src/kernel/logger.ts';
import { createOutbox } from '../../../../src/kernel/outbox.ts';
import { createRandom } from '../../../../src/kernel/random.ts';
import { createSettled } from '../../../../src/kernel/settled.ts';
import type { Credential } from '../../../../src/ports/credential-source.ts';
import type { EventTrace } from '../../../../src/ports/event-history.ts';
import type { ObjectChanged, TriggerChanged } from '../../../../src/ports/facts.ts';
import { FACTS } from '../../../../src/ports/facts.ts';
import type { FunctionInvoker, InvokeAnswer, InvokeRequest } from '../../../../src/ports/function-invoker.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

export const ACCOUNT = '1234567890123456';
export const REGION = 'cn-hangzhou';
export const KEY = { accessKeyId: 'LTAItest', accessKeySecret: 'secret' };
const CREDENTIAL: Credential = {
  ...KEY,
  securityToken: undefined,
  expiresAtMs: undefined,
  principal: { type: 'account', accountId: ACCOUNT },
};
/** 2026-03-11T05:40:45.682Z, the moment of the sample in the documentation. */
export const START_MS = Date.parse('2026-03-11T05:40:45.682Z');

const SETTLE_MS = 5000;

export type Answering = (request: InvokeRequest, call: number) => InvokeAnswer | Promise<InvokeAnswer>;

/** A stand-in for the FC room. */
export interface FakeFunctions extends FunctionInvoker {
  calls: InvokeRequest[];
  answer: Answering;
}

export function fakeFunctions(answer: Answering = accepted): FakeFunctions {
  const functions: FakeFunctions = {
    calls: [],
    answer,
    async invoke(request) {
      functions.calls.push(request);
      return functions.answer(request, functions.calls.length);
    },
  };
  return functions;
}

/** Answers no call before it is told to. */
export function heldFunctions(): {
  functions: FakeFunctions;
  release(answering?: Answering): void;
  releaseFirst(): void;
} {
  const held: (() => void)[] = [];
  let answer: Answering = accepted;
  const functions = fakeFunctions(async (request, call) => {
    await new Promise<void>((resolve) => held.push(resolve));
    return answer(request, call);
  });
  return {
    functions,
    release(answering = accepted) {
      answer = answering;
      for (const resolve of held.splice(0)) resolve();
    },
    releaseFirst: () => held.shift()?.(),
  };
}

export function accepted(_request: InvokeRequest, call: number): InvokeAnswer {
  return { ok: true, requestId: `1-call-${call}`, functionError: undefined, payload: new Uint8Array() };
}

export function refused(_request: InvokeRequest, call: number): InvokeAnswer {
  return { ok: false, requestId: `1-call-${call}`, status: 429, code: 'ResourceThrottled', message: 'Too many.' };
}

export function failed(_request: InvokeRequest, call: number): InvokeAnswer {
  const payload = Buffer.from('{"errorMessage":"boom"}');
  return { ok: true, requestId: `1-call-${call}`, functionError: 'UnhandledInvocationError', payload };
}

export interface Room {
  bridge: EventBridge;
  functions: FakeFunctions;
  database: Database;
  clock: ReturnType<typeof createClock>;
  settled: ReturnType<typeof createSettled>;
  logs(): string;
  tell(type: string, ...bodies: unknown[]): Promise<void>;
  /** Tells the change, and waits until what follows from it is done. */
  change(...changes: Partial<ObjectChanged>[]): Promise<void>;
  trigger(config: unknown, names?: Partial<TriggerChanged>): Promise<void>;
  settle(): Promise<void>;
  advance(ms: number): Promise<void>;
  /** Ends without draining, as a crash would. */
  crash(): Promise<void>;
  onlyTrace(): EventTrace;
}

export interface RoomOptions
  extends Partial<Pick<EventBridgeNeeds, 'auth' | 'eventShape' | 'retryTimeScale' | 'limits'>> {
  folder?: string;
  functions?: FakeFunctions;
  startMs?: number;
  isStarted?: boolean;
}

export function openRoom(options: RoomOptions = {}): Room {
  const { folder = temporaryFolder(), functions = fakeFunctions(), startMs = START_MS, isStarted = true } = options;
  const clock = createClock('virtual');
  clock.setNow(startMs);
  const out = new PassThrough();
  const lines: string[] = [];
  out.on('data', (chunk) => lines.push(String(chunk)));
  const logger = createLogger({ clock, out, level: 'warn', format: 'json' });
  const settled = createSettled(clock);
  const database = openDatabase(folder, { sync: false });
  const outbox = createOutbox({ database, logger, settled, clock });
  const { auth = 'enforce', eventShape = 'documented', retryTimeScale = 1, limits } = options;
  const bridge = createEventBridge({
    clock,
    ids: createIds(clock),
    random: createRandom(1),
    logger,
    database,
    outbox,
    settled,
    functions,
    credentials: { find: (accessKeyId) => (accessKeyId === KEY.accessKeyId ? CREDENTIAL : undefined) },
    access: { decide: () => ({ effect: 'allow', statement: undefined, reason: 'A test.' }) },
    auth,
    region: REGION,
    accountId: ACCOUNT,
    endpoint: () => 'http://127.0.0.1:9580',
    eventShape,
    retryTimeScale,
    ...(limits ? { limits } : {}),
    onCall: () => {},
  });
  if (isStarted) bridge.start();

  async function settle(): Promise<void> {
    const answer = await settled.wait(SETTLE_MS);
    if (!answer.settled) throw new Error(`Not settled: ${answer.busy.join('; ')}`);
  }
  async function tell(type: string, ...bodies: unknown[]): Promise<void> {
    await database.transact(() => {
      for (const body of bodies) outbox.append(type, body);
    });
  }
  let closed = false;
  async function crash(): Promise<void> {
    if (closed) return;
    closed = true;
    await bridge.close();
    await outbox.close();
    await database.close();
  }
  onTestFinished(crash);

  return {
    bridge,
    functions,
    database,
    clock,
    settled,
    logs: () => lines.join(''),
    tell,
    async change(...changes) {
      await tell(FACTS.objectChanged, ...changes.map((change) => objectChanged({ at: clock.nowMs(), ...change })));
      await settle();
    },
    async trigger(config, names = {}) {
      await tell(FACTS.triggerChanged, triggerChanged(config, names));
      await settle();
    },
    settle,
    advance: (ms) => clock.advanceTo(clock.nowMs() + ms, settle),
    crash,
    onlyTrace() {
      const [first, ...others] = bridge.history.list({});
      const trace = first && others.length === 0 ? bridge.history.show(first.id) : undefined;
      if (!trace) throw new Error(`There are ${others.length + (first ? 1 : 0)} events, not one.`);
      return trace;
    },
  };
}

export function objectChanged(change: Partial<ObjectChanged> = {}): ObjectChanged {
  return {
    eventName: 'ObjectCreated:PutObject',
    bucket: 'my-bucket',
    key: 'input/a.csv',
    sizeBytes: 59537,
    deltaSizeBytes: 59537,
    etag: '63A1E3C1B5A5D0C1F7A9C7C4E2F00032',
    contentType: 'text/csv',
    requestId: '69B1000000000000000000C0',
    sourceIp: '127.0.0.1',
    principal: { type: 'account', accountId: ACCOUNT },
    region: REGION,
    accountId: ACCOUNT,
    at: START_MS,
    ...change,
  };
}

export function triggerChanged(config: unknown, names: Partial<TriggerChanged> = {}): TriggerChanged {
  return {
    functionName: 'resize',
    qualifier: 'LATEST',
    triggerName: 'on-upload',
    triggerType: 'eventbridge',
    config,
    ...names,
  };
}

/** A trigger as the Serverless Devs documentation writes it. */
export function triggerConfig(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    triggerEnable: true,
    asyncInvocationType: true,
    eventRuleFilterPattern: '{"source":["acs.oss"],"type":["oss:ObjectCreated:PutObject"]}',
    eventSourceConfig: { eventSourceType: 'Default' },
    ...changes,
  };
}

/** Lets everything that can go on without the clock have its turn. */
export async function turns(count = 10): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

export function eventOf(request: InvokeRequest | undefined): Record<string, unknown> {
  return JSON.parse(Buffer.from(request?.payload ?? new Uint8Array()).toString('utf8')) as Record<string, unknown>;
}
