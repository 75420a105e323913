/** Runs inside a function's process: takes a function when told, then one call after another. Imports nothing heavy: its start is the cold start. */
import { existsSync } from 'node:fs';
import Module from 'node:module';
import { ERROR_LOG_CHARS_MAX, PAYLOAD_BYTES_MAX } from '../../instances/limits.ts';
import type { AssignMessage, CallMessage, FunctionFacts, ToWorker } from '../../instances/messages.ts';
import { createContext, waitsForEmptyEventLoopNow } from './call-context.ts';
import {
  describeFunctionError,
  describeThrown,
  describeUncaught,
  type FunctionError,
  userFrames,
} from './function-error.ts';
import { createHandlerLoader, type HandlerLoader } from './load-handler.ts';
import { captureOutput, writeLogLine } from './logging.ts';
import { ownRssBytes } from './own-memory.ts';
import { dieAtOnce, sendToParent } from './parent-channel.ts';
import {
  beginRequest,
  endRequest,
  markSocketEventsForRunningRequest,
  owningRequest,
  runAsRequest,
} from './requests.ts';
import { resultBytes } from './result-text.ts';

interface Assignment {
  loader: HandlerLoader;
  semantics: AssignMessage['semantics'];
  facts: FunctionFacts;
}

const channel = process.channel;
let assignment: Assignment | undefined;
let waitingForEmptyLoop = false;
let heldCall: CallMessage | undefined;

start();

function start(): void {
  // A parent that was killed says nothing: the closed channel is the only sign.
  process.on('disconnect', dieAtOnce);
  process.on('message', take);
  process.on('uncaughtException', onUncaught);
  captureOutput();
  markSocketEventsForRunningRequest();
  // Libraries take a process with `send` for a cluster's child; a function's process is nobody's.
  Reflect.deleteProperty(process, 'send');
  sendToParent({ type: 'booted' });
}

function take(message: ToWorker): void {
  if (message.type === 'assign') assign(message);
  else if (waitingForEmptyLoop) heldCall = message;
  else void runCall(message);
}

function assign({ codeDir, environment, semantics, facts }: AssignMessage): void {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, environment);
  // Without its folder the function fails by name when it is loaded, which is an answer; here it would be a silence.
  if (existsSync(codeDir)) process.chdir(codeDir);
  // NODE_PATH is read when Node starts, and this process started before its function was known.
  Reflect.get(Module, '_initPaths').call(Module);
  assignment = { semantics, facts, loader: createHandlerLoader({ codeDir, loadsEsModules: semantics.loadsEsModules }) };
  if (!semantics.failsOnUnhandledRejection)
    process.on('unhandledRejection', (reason) => writeLogLine('error', ['UnhandledPromiseRejectionWarning:', reason]));
  sendToParent({ type: 'assigned' });
}

/** Loads, calls, and answers exactly once, however often and in whichever way the handler ends. */
async function runCall(call: CallMessage): Promise<void> {
  if (!assignment) throw new Error(`${call.type} before assign`);
  const { loader, semantics, facts } = assignment;
  beginRequest(call.requestId);
  await runAsRequest(call.requestId, async () => {
    try {
      const handler = await loader.load(call.handler);
      const result: unknown = handler(...argumentsOf(call, facts));
      if (!isThenable(result)) return;
      const value: unknown = await result;
      if (semantics.usesResolvedValue) succeed(call.requestId, value);
    } catch (error) {
      failUnhandled(call.requestId, error);
    }
  });
}

function argumentsOf(call: CallMessage, facts: FunctionFacts): unknown[] {
  const context = createContext(call, facts);
  const callback = (error: unknown, value: unknown) => {
    // Runtime source: the answer leaves in the next tick, so what the handler still prints comes first.
    process.nextTick(() => {
      if (error === null || error === undefined) succeed(call.requestId, value);
      else fail(call.requestId, () => describeFunctionError(error), { handled: true });
    });
  };
  if (call.type !== 'invoke') return [context, callback];
  const { buffer, byteOffset, byteLength } = call.event;
  return [Buffer.from(buffer, byteOffset, byteLength), context, callback];
}

function succeed(requestId: string, value: unknown): void {
  let payload: Uint8Array;
  try {
    payload = resultBytes(value);
    if (payload.byteLength > PAYLOAD_BYTES_MAX) throw tooLarge(payload.byteLength);
  } catch (error) {
    // A result without JSON form (a cycle, a BigInt) fails the call; left alone, the call would run to its timeout.
    failUnhandled(requestId, error);
    return;
  }
  if (!endRequest(requestId)) return;
  sendToParent({ type: 'returned', requestId, payload, rssBytes: ownRssBytes() });
  afterAnswer();
}

/** UNVERIFIED FC-003: name and wording for a result over 32 MB. */
function tooLarge(size: number): Error {
  const error = new Error(`response payload size ${size} exceeds maximum allowed size (${PAYLOAD_BYTES_MAX} bytes)`);
  error.name = 'ResponsePayloadTooLarge';
  return error;
}

function failUnhandled(requestId: string, error: unknown): void {
  fail(requestId, () => describeThrown(error), { handled: false });
}

/** Runtime source: the error JSON is printed at error level before the call ends. */
function fail(requestId: string, describe: () => FunctionError, { handled }: { handled: boolean }): void {
  const json = describedJson(describe);
  const printed =
    json.length > ERROR_LOG_CHARS_MAX ? `${json.slice(0, ERROR_LOG_CHARS_MAX)}... Truncated by FunctionCompute` : json;
  if (!endRequest(requestId)) return;
  writeLogLine('error', [printed], requestId);
  sendToParent({ type: 'failed', requestId, handled, payload: Buffer.from(json), rssBytes: ownRssBytes() });
  afterAnswer();
}

/** An error can be as hostile as a result: getters that throw, texts without JSON form. */
function describedJson(describe: () => FunctionError): string {
  try {
    return JSON.stringify(describe());
  } catch (error) {
    return JSON.stringify(
      describeFunctionError(error instanceof Error ? error : new Error('error without a description')),
    );
  }
}

/** Thrown where nobody could catch it. It ends the call it belongs to; one that a finished call left behind ends nothing. */
function onUncaught(error: unknown): void {
  writeLogLine('error', [error instanceof Error ? userFrames(error).join('\n') : error]);
  fail(owningRequest(), describeUncaught, { handled: false });
}

/** `waitsForEmptyEventLoopBeforeCallback`: the next call waits until the function has nothing left to do. */
function afterAnswer(): void {
  if (!waitsForEmptyEventLoopNow()) return;
  waitingForEmptyLoop = true;
  channel?.unref();
  process.once('beforeExit', () => {
    channel?.ref();
    waitingForEmptyLoop = false;
    const call = heldCall;
    heldCall = undefined;
    if (call) void runCall(call);
  });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
