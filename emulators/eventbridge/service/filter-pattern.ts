/** Questions about one pattern: is it valid, and does it match this event. */
import { readExact } from '../../../src/kernel/exact-json.ts';
import type { PatternTest } from '../../../src/ports/event-history.ts';
import { EventBridgeError } from '../errors.ts';
import type { CompileResult, Mismatch, PatternErrorCode } from '../pattern/index.ts';
import {
  compilePattern,
  describeMismatch,
  explainMismatch,
  lintAgainstEvent,
  matchesPattern,
} from '../pattern/index.ts';

export type PatternValidity = { ok: true; warnings: string[] } | { ok: false; code: PatternErrorCode; message: string };

/** Texts of patterns are read without losing digits of their numbers. */
export function compileExact(pattern: unknown): CompileResult {
  return compilePattern(pattern, { parse: readExact });
}

/** For FC, which must refuse a trigger at deploy; `pattern` is JSON text, or JSON already parsed. */
export function validateFilterPattern(pattern: unknown): PatternValidity {
  const compiled = compileExact(pattern);
  if (compiled.ok) return { ok: true, warnings: compiled.warnings.map(({ path, message }) => `${path}: ${message}`) };
  return { ok: false, code: compiled.code, message: messageOf(compiled) };
}

/** For the API: what looks like a mistake in it. Throws the pattern's error. */
export function checkPattern(patternText: string): string[] {
  const valid = validateFilterPattern(patternText);
  if (valid.ok) return valid.warnings;
  throw new EventBridgeError(valid.code, { message: valid.message });
}

/** An event may be given as JSON text, as TestEventPattern has it. */
export function testPattern(given: unknown, pattern: unknown): PatternTest {
  const compiled = compileExact(pattern);
  if (!compiled.ok) return invalid(messageOf(compiled));
  const event = parseEvent(given);
  if (event === undefined) return invalid('The event is not a JSON object.');
  const failures = explainMismatch(compiled.pattern, event);
  const lints = [...compiled.warnings, ...lintAgainstEvent(compiled.pattern, event)];
  return {
    matched: failures === undefined,
    failures: (failures ?? []).map(showFailure),
    warnings: lints.map(({ path, message }) => `${path}: ${message}`),
  };
}

/** As the API has it: a pattern that is not valid is an error, and so is an event that is no JSON object. */
export function testEventPattern(eventText: string, patternText: string): boolean {
  const compiled = compileExact(patternText);
  if (!compiled.ok) throw new EventBridgeError(compiled.code, { message: compiled.message });
  const event = parseEvent(eventText);
  if (event === undefined) throw new EventBridgeError('InvalidArgument', { parameter: 'Event' });
  return matchesPattern(compiled.pattern, event);
}

/** A field that is absent has `found` undefined, which JSON leaves out, or a sentence on what its path ends at; null is found. */
export function showFailure(mismatch: Mismatch): PatternTest['failures'][number] {
  const { path, wanted } = mismatch;
  const reason = describeMismatch(mismatch);
  if ('absent' in mismatch) return { path, wanted, found: undefined, reason };
  return { path, wanted, found: 'blockedBy' in mismatch ? mismatch.blockedBy : mismatch.found, reason };
}

function parseEvent(given: unknown): object | undefined {
  const event = typeof given === 'string' ? parseJson(given) : given;
  return typeof event === 'object' && event !== null && !Array.isArray(event) ? event : undefined;
}

function parseJson(text: string): unknown {
  try {
    return readExact(text);
  } catch {
    // Told as "not a JSON object" by the caller.
    return undefined;
  }
}

function messageOf({ message, hint }: { message: string; hint?: string | undefined }): string {
  return hint === undefined ? message : `${message} (${hint})`;
}

function invalid(error: string): PatternTest {
  return { matched: false, failures: [], warnings: [], error };
}
