/** Log lines: readable on a terminal, one JSON object a line otherwise. */
import type { Writable } from 'node:stream';
import { inspect } from 'node:util';
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
  // A fact named like a part of the line stays a fact: what a client sent must not pass for the line's own.
  const own = Object.entries(facts ?? {}).map(([key, value]) => [key in line ? `fact.${key}` : key, value]);
  return `${toJson({ ...line, ...Object.fromEntries(own) })}\n`;
}

function humanLine({ time, level, name, message, facts }: Line): string {
  const colour = COLOUR[level] ?? '';
  const details = Object.entries(facts ?? {}).map(([key, value]) => ` ${key}=${humanValue(value)}`);
  return `${colour}${time.slice(11, 23)} ${level.padEnd(5)} ${name.padEnd(12)} ${message}${details.join('')}${colour && '\x1b[0m'}\n`;
}

function humanValue(value: unknown): string {
  if (value instanceof Error) return (value.stack ?? value.message).replace(TERMINAL_COMMANDS, ' ');
  if (typeof value === 'string') return /^[\w./:@-]*$/.test(value) ? value : JSON.stringify(value);
  return toJson(value) ?? String(value);
}

/** Everything below a space but tab and line feed: an error's text may quote what a client sent. */
const TERMINAL_COMMANDS = /[^\P{Cc}\n\t]/gu;

/** Whatever the facts are, a line is written: a logger that throws turns a handled failure into an unhandled one. */
function toJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, plainError);
  } catch {
    // A circle, or a getter or toJSON that throws: told flat, one value at a time.
    if (typeof value !== 'object' || value === null) return undefined;
    const flat = Object.keys(value).map((key) => [key, flatText(value, key)]);
    return JSON.stringify(Object.fromEntries(flat));
  }
}

function flatText(value: object, key: string): unknown {
  try {
    const own: unknown = Reflect.get(value, key);
    if (own instanceof Error) return own.stack ?? own.message;
    return typeof own === 'object' && own !== null ? inspect(own, { depth: 2, breakLength: Infinity }) : String(own);
  } catch {
    return '(unreadable)';
  }
}

function plainError(_key: string, value: unknown): unknown {
  if (value instanceof Error)
    return { name: value.name, message: value.message, stack: value.stack, cause: value.cause };
  return typeof value === 'bigint' ? value.toString() : value;
}
