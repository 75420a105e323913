/** What every command gets from main and nothing else: where it writes, where it stands, and how it ends. */
import { readExact } from '../kernel/exact-json.ts';
import { type RunFile, readRunFile } from './run-file.ts';

export interface CommandContext {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  out: NodeJS.WritableStream & { isTTY?: boolean };
  err: NodeJS.WritableStream & { isTTY?: boolean };
  signal: AbortSignal;
}

/** A command that can't do what it was asked: the sentence is for the user, the code for their script. */
export class CommandError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode = 1, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandError';
    this.exitCode = exitCode;
  }
}

export interface RunningStack {
  endpoint: string;
  run: RunFile | undefined;
}

/** The stack that `LOCALYUN_ENDPOINT` or `.localyun/run.json` names; throws a CommandError when there is none. */
export function findStack({ cwd, env }: CommandContext): RunningStack {
  const run = readRunFile(cwd);
  const endpoint = env.LOCALYUN_ENDPOINT?.replace(/\/+$/, '');
  if (endpoint) return { endpoint, run: run?.endpoint === endpoint ? run : undefined };
  if (run) return { endpoint: run.endpoint, run };
  throw new CommandError('No running LocalYun found: start one here with `localyun start`, or set LOCALYUN_ENDPOINT.');
}

/** One call of the admin API; throws a CommandError with the server's sentence for anything but 2xx and `expected`. */
export async function callAdmin(stack: RunningStack, path: string, options: AdminCall = {}): Promise<AdminAnswer> {
  const { method = 'GET', body, signal, expected = [] } = options;
  const init: RequestInit = { method, ...(signal ? { signal } : {}) };
  if (body !== undefined)
    Object.assign(init, { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
  let response: Response;
  try {
    response = await fetch(`${stack.endpoint}/_localyun/${path}`, init);
  } catch (error) {
    signal?.throwIfAborted();
    throw new CommandError(`LocalYun does not answer at ${stack.endpoint}: is it still running?`, 1, { cause: error });
  }
  const answer = await readJson(response, stack.endpoint);
  if (!response.ok && !expected.includes(response.status))
    throw new CommandError(messageOf(answer) ?? `The admin API answered ${response.status}.`);
  return { status: response.status, body: answer };
}

async function readJson(response: Response, endpoint: string): Promise<unknown> {
  try {
    return readExact(await response.text());
  } catch (error) {
    throw new CommandError(`What answers at ${endpoint} is no LocalYun (status ${response.status}, no JSON).`, 1, {
      cause: error,
    });
  }
}

interface AdminCall {
  method?: 'GET' | 'POST';
  body?: unknown;
  signal?: AbortSignal;
  expected?: readonly number[];
}

export interface AdminAnswer {
  status: number;
  body: unknown;
}

function messageOf(answer: unknown): string | undefined {
  const message = typeof answer === 'object' && answer !== null && 'message' in answer ? answer.message : undefined;
  return typeof message === 'string' ? message : undefined;
}
