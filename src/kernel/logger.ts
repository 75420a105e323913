/** Log lines: readable on a terminal, one JSON object a line otherwise. */
import type { Writable } from 'node:stream';
import type { Clock } from './clock.ts';

export interface Logger {
  debug(message: string, facts?: LogFacts): void;
  info(message: string, facts?: LogFacts): void;
  warn(message: string, facts?: LogFacts): void;
  error(message: string, facts?: LogFacts): void;
  /** A logger whose lines carry `name` as their source. */
  child(name: string): Logger;
}

export type LogFacts = Readonly<Record<string, unknown>>;
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';
export interface LogOptions {
  clock: Clock;
  out: Writable;
  level: LogLevel;
  format: 'human' | 'json';
}

const WEIGHT: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3, silent: 4 };
const COLOUR: Partial<Record<LogLevel, string>> = { debug: '\x1b[2m', warn: '\x1b[33m', error: '\x1b[31m' };

export function createLogger(options: LogOptions, name = ''): Logger {
  const write = (level: LogLevel) => (message: string, facts?: LogFacts) => {
    if (WEIGHT[level] < WEIGHT[options.level]) return;
    const line = { time: options.clock.now().toISOString(), level, name, message, facts };
    options.out.write(options.format === 'json' ? jsonLine(line) : humanLine(line));
  };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (child) => createLogger(options, name ? `${name}.${child}` : child),
  };
}

interface Line {
  time: string;
  level: LogLevel;
  name: string;
  message: string;
  facts: LogFacts | undefined;
}

function jsonLine({ facts, ...line }: Line): string {
  return `${JSON.stringify({ ...line, ...facts }, plainError)}\n`;
}

function humanLine({ time, level, name, message, facts }: Line): string {
  const colour = COLOUR[level] ?? '';
  const details = Object.entries(facts ?? {}).map(([key, value]) => ` ${key}=${humanValue(value)}`);
  return `${colour}${time.slice(11, 23)} ${level.padEnd(5)} ${name.padEnd(12)} ${message}${details.join('')}${colour && '\x1b[0m'}\n`;
}

function humanValue(value: unknown): string {
  if (value instanceof Error) return value.stack ?? value.message;
  if (typeof value === 'string') return /^[\w./:@-]*$/.test(value) ? value : JSON.stringify(value);
  return JSON.stringify(value, plainError) ?? String(value);
}

function plainError(_key: string, value: unknown): unknown {
  if (value instanceof Error)
    return { name: value.name, message: value.message, stack: value.stack, cause: value.cause };
  return typeof value === 'bigint' ? value.toString() : value;
}
