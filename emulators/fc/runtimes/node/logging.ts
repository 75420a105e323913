/** A function's output inside its process: console lines in the service's form, each sent to the parent with its request. */
import { formatWithOptions } from 'node:util';
import { LOG_CHUNK_CHARS_MAX } from '../../instances/limits.ts';
import { sendToParent } from './parent-channel.ts';
import { owningRequest } from './requests.ts';

const LEVELS: ReadonlySet<string> = new Set(['error', 'warn', 'info', 'verbose', 'debug', 'silly']);

/** Sends output as written, without a prefix, as part of the running request. */
export function writeOutput(text: string): void {
  const requestId = owningRequest();
  for (let from = 0; from < text.length; from += LOG_CHUNK_CHARS_MAX)
    sendToParent({ type: 'log', requestId, text: text.slice(from, from + LOG_CHUNK_CHARS_MAX) });
}

/** Runtime source: ISO time, request id, level, text; newlines inside a message become carriage returns. */
export function writeLogLine(level: string, parts: unknown[], requestId = owningRequest()): void {
  const line = `${new Date().toISOString()} ${requestId} [${level}] ${formatWithOptions({}, ...parts)}`;
  writeOutput(`${line.replaceAll('\n', '\r')}\n`);
}

/** Points console and the standard streams at the log. */
export function captureOutput(): void {
  Object.assign(console, {
    log: (...parts: unknown[]) => writeLogLine('verbose', parts),
    info: (...parts: unknown[]) => writeLogLine('info', parts),
    warn: (...parts: unknown[]) => writeLogLine('warn', parts),
    error: (...parts: unknown[]) => writeLogLine('error', parts),
    debug: (...parts: unknown[]) => writeLogLine('debug', parts),
    // Runtime source: exists, and filters nothing.
    setLogLevel: () => undefined,
  });
  for (const stream of [process.stdout, process.stderr]) stream.write = writeCaptured;
}

export interface ContextLogger {
  requestId: string;
  logLevel: string;
  setLogLevel(level: string): void;
  log(...parts: unknown[]): void;
  debug(...parts: unknown[]): void;
  info(...parts: unknown[]): void;
  warn(...parts: unknown[]): void;
  error(...parts: unknown[]): void;
}

/** `context.logger`. Runtime source: the level is only the label that `log` prints; nothing is filtered by it. */
export function createContextLogger(requestId: string): ContextLogger {
  return {
    requestId,
    logLevel: 'silly',
    setLogLevel(level) {
      const wanted = level.toLowerCase();
      if (LEVELS.has(wanted)) this.logLevel = wanted;
    },
    log(...parts) {
      writeLogLine(this.logLevel, parts, requestId);
    },
    debug: (...parts) => writeLogLine('debug', parts, requestId),
    info: (...parts) => writeLogLine('info', parts, requestId),
    warn: (...parts) => writeLogLine('warn', parts, requestId),
    error: (...parts) => writeLogLine('error', parts, requestId),
  };
}

type Written = (error?: Error | null) => void;

function writeCaptured(chunk: string | Uint8Array, encoding?: BufferEncoding | Written, written?: Written): boolean {
  const named = typeof encoding === 'string' ? encoding : 'utf8';
  writeOutput(typeof chunk === 'string' ? Buffer.from(chunk, named).toString() : Buffer.from(chunk).toString());
  const done = typeof encoding === 'function' ? encoding : written;
  if (done) process.nextTick(done);
  return true;
}
