/** `localyun invoke`: one signed InvokeFunction call, as an SDK would make it; logs to stderr, the result to stdout. */
import { readFileSync } from 'node:fs';
import type { Clock } from '../kernel/clock.ts';
import type { Ids } from '../kernel/ids.ts';
import type { InvocationRecord } from '../ports/invocation-journal.ts';
import { signAcs3 } from '../signing/acs3.ts';
import { type CommandContext, CommandError, callAdmin, findStack } from './command.ts';
import type { RunFile } from './run-file.ts';

export interface InvokeOptions {
  functionName: string;
  event?: string | undefined;
  eventFile?: string | undefined;
  isAsync: boolean;
  showTrace: boolean;
}

/** Exit code 1 when the function failed. */
export async function invoke(
  context: CommandContext,
  { clock, ids }: { clock: Clock; ids: Ids },
  options: InvokeOptions,
): Promise<void> {
  const stack = findStack(context);
  if (!stack.run)
    throw new CommandError(
      `The keys of ${stack.endpoint} are not known here: run this in the folder that stack was started from.`,
    );
  const body = readEvent(options);
  const rawPath = `/2023-03-30/functions/${encodeURIComponent(options.functionName)}/invocations`;
  const headers = {
    ...sign(stack.run, { rawPath, body, atMs: clock.hostNowMs(), nonce: ids.hex(16) }),
    'x-fc-invocation-type': options.isAsync ? 'Async' : 'Sync',
    ...(options.isAsync ? {} : { 'x-fc-log-type': 'Tail' }),
  };
  const response = await fetch(`${stack.endpoint}${rawPath}`, {
    method: 'POST',
    headers,
    body,
    signal: context.signal,
  });
  const result = await response.text();
  if (!response.ok) throw new CommandError(refusal(result) ?? `InvokeFunction answered ${response.status}.`);

  const log = response.headers.get('x-fc-log-result');
  if (log) context.err.write(`${Buffer.from(log, 'base64').toString('utf8').trimEnd()}\n`);
  const requestId = response.headers.get('x-fc-request-id') ?? '';
  if (options.isAsync) context.out.write(`queued as ${requestId}\n`);
  else context.out.write(result.endsWith('\n') ? result : `${result}\n`);
  if (options.showTrace) await showTrace(context, requestId, options.isAsync);
  const failure = response.headers.get('x-fc-error-type');
  if (failure) throw new CommandError(`${options.functionName} failed: ${failure} (request ${requestId}).`);
}

function readEvent({ event, eventFile }: InvokeOptions): string {
  if (eventFile === undefined) return event ?? '';
  try {
    return readFileSync(eventFile, 'utf8');
  } catch (error) {
    throw new CommandError(`The event file ${eventFile} can't be read.`, 2, { cause: error });
  }
}

function sign(
  run: RunFile,
  { rawPath, body, atMs, nonce }: { rawPath: string; body: string; atMs: number; nonce: string },
): Record<string, string> {
  const contentType = { 'content-type': 'application/octet-stream' };
  const signed = signAcs3({
    method: 'POST',
    rawPath,
    headers: { host: new URL(run.endpoint).host, ...contentType },
    body: Buffer.from(body, 'utf8'),
    action: 'InvokeFunction',
    version: '2023-03-30',
    credentials: run,
    atMs,
    nonce,
  });
  return { ...contentType, ...signed };
}

async function showTrace(context: CommandContext, requestId: string, isAsync: boolean): Promise<void> {
  const stack = findStack(context);
  if (isAsync) await callAdmin(stack, 'settled', { signal: context.signal, expected: [408] });
  const { body } = await callAdmin(stack, `invocations/${encodeURIComponent(requestId)}`, { signal: context.signal });
  const record = body as InvocationRecord;
  const rows: [string, string][] = [
    ['request', record.requestId],
    ['state', `${record.state}${record.errorType ? ` (${record.errorType})` : ''}`],
    ['instance', `${record.instanceId ?? '-'}${record.isColdStart ? ' (cold)' : ' (warm)'}`],
  ];
  for (const [phase, ms] of Object.entries(record.coldStart ?? {}))
    rows.push([`  ${phase.replace(/Ms$/, '')}`, `${tenths(Number(ms))} ms`]);
  rows.push(
    [
      'duration',
      `${record.durationMs === undefined ? '-' : tenths(record.durationMs)} ms, billed ${record.billedMs ?? '-'} ms`,
    ],
    ['memory', `${record.maxMemoryMB ?? '-'} MB`],
  );
  for (const [name, value] of rows) context.err.write(`${name.padEnd(16)} ${value}\n`);
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}

function refusal(text: string): string | undefined {
  try {
    const { Code: code, Message: message } = JSON.parse(text) as { Code?: string; Message?: string };
    return code ? `${code}: ${message ?? ''}` : undefined;
  } catch {
    // Not JSON: the caller says the status instead.
    return undefined;
  }
}
