/** EventBridge's event patterns as a library of its own: compile once, match many events, say why one did not match. */

export type { CompileOptions, CompileResult } from './compile.ts';
export { compilePattern } from './compile.ts';
export type { CompiledPattern, FieldCondition } from './compiled-pattern.ts';
export { matchesPattern } from './evaluate.ts';
export type { Mismatch } from './explain.ts';
export { describeMismatch, explainMismatch } from './explain.ts';
export { CLOUDEVENTS_ATTRIBUTES, EXPRESSIONS_PER_FIELD_MAX, PATTERN_DEPTH_MAX } from './limits.ts';
export type { Lint, LintCode } from './lints.ts';
export { lintAgainstEvent } from './lints.ts';
export type { PatternErrorCode } from './messages.ts';
export type { PatternIndex } from './pattern-index.ts';
export { createPatternIndex } from './pattern-index.ts';
