/** Warnings about patterns that are valid and yet, most likely, not what their author means. They never refuse. */
import type { CompiledPattern, FieldCondition, Operator } from './compiled-pattern.ts';
import { isPrimitive } from './compiled-pattern.ts';
import { meetsField, valueAt } from './evaluate.ts';
import {
  CLOUDEVENTS_ATTRIBUTES,
  KNOWN_EXTENSIONS,
  NUMERIC_DECIMALS_MAX,
  NUMERIC_DIGITS_MAX,
  WARNINGS_MAX,
} from './limits.ts';
import { nameOfType, textOf } from './numbers.ts';

export interface Lint {
  code: LintCode;
  /** The field, `data.oss.object.key`. */
  path: string;
  message: string;
}

export type LintCode =
  | 'affixes-are-alternatives'
  | 'no-wildcards'
  | 'oss-path'
  | 'oss-type'
  | 'unknown-attribute'
  | 'undocumented-operator'
  | 'numeric-precision'
  | 'never-matches'
  | 'literal-type';

type FieldLint = (field: FieldCondition, context: { concernsOss: boolean }) => Lint | undefined;

const fieldLints: readonly FieldLint[] = [
  lintAlternatives,
  lintWildcard,
  lintOssPath,
  lintOssType,
  lintAttribute,
  lintUndocumented,
  lintPrecision,
  lintNever,
];

export function lintPattern(fields: readonly FieldCondition[]): Lint[] {
  const context = { concernsOss: concernsOss(fields) };
  const found: Lint[] = [];
  for (const field of fields) {
    if (found.length >= WARNINGS_MAX) break;
    found.push(...fieldLints.map((lint) => lint(field, context)).filter((each) => each !== undefined));
  }
  return found.slice(0, WARNINGS_MAX);
}

/**
 * What only shows beside an event: values are compared as text, so the literal 80 also matches the string "80", which
 * engines that compare types do not do.
 */
export function lintAgainstEvent(pattern: CompiledPattern, event: unknown): Lint[] {
  return pattern.fields.flatMap((field) => {
    const found = valueAt(event, field.path);
    if (!isPrimitive(found) || !meetsField(field, found)) return [];
    const literals = field.wanted.filter(isPrimitive).filter((value) => textOf(value) === textOf(found));
    const [literal] = literals.map(nameOfType);
    if (literal === undefined || literals.some((each) => nameOfType(each) === nameOfType(found))) return [];
    const message = `the pattern's ${literal} equals the event's ${nameOfType(found)} only because both are compared as text`;
    return [{ code: 'literal-type', path: field.pathText, message }];
  });
}

function lintAlternatives(field: FieldCondition): Lint | undefined {
  const alone = field.groups.filter((group) => group.length === 1).map((group) => group[0]);
  const prefix = alone.find((operator) => operator?.is === 'prefix');
  const suffix = alone.find((operator) => operator?.is === 'suffix');
  if (prefix?.is !== 'prefix' || suffix?.is !== 'suffix') return undefined;
  const both = JSON.stringify([{ prefix: prefix.text, suffix: suffix.text }]);
  return lint('affixes-are-alternatives', field, `these are alternatives; to require both write ${both}`);
}

function lintWildcard(field: FieldCondition): Lint | undefined {
  const starred = [...field.exact].find((text) => text.includes('*'));
  if (starred !== undefined) {
    const start = starred.slice(0, starred.indexOf('*'));
    const mend = start === '' ? '"prefix", "suffix" or "contains"' : JSON.stringify({ prefix: start });
    return lint('no-wildcards', field, `"*" is an ordinary character here, not a wildcard; use ${mend}`);
  }
  const affix = field.groups.flat().find((operator) => 'text' in operator && operator.text.includes('*'));
  return affix && lint('no-wildcards', field, `"*" in "${affix.is}" is an ordinary character, not a wildcard`);
}

const OSS_RECORD_KEYS = new Set(['bucket', 'object', 'ossSchemaVersion']);

function lintOssPath(field: FieldCondition, context: { concernsOss: boolean }): Lint | undefined {
  const [root, key] = field.path;
  if (root !== 'data' || key === undefined || !OSS_RECORD_KEYS.has(key) || !context.concernsOss) return undefined;
  const real = `data.oss.${field.path.slice(1).join('.')}`;
  return lint('oss-path', field, `events of acs.oss have this field at ${real}`);
}

/** Without a condition on the source, an `oss:` type tells. */
function concernsOss(fields: readonly FieldCondition[]): boolean {
  const source = fields.find((field) => field.pathText === 'source');
  if (source) return meetsField(source, 'acs.oss');
  const type = fields.find((field) => field.pathText === 'type');
  return [...(type?.exact ?? [])].some((text) => text.startsWith('oss:'));
}

/** Help page "OSS events": every type has three parts, `oss:ObjectCreated:PutObject`. */
function lintOssType(field: FieldCondition, context: { concernsOss: boolean }): Lint | undefined {
  if (field.pathText !== 'type' || !context.concernsOss) return undefined;
  const short = [...field.exact].find((text) => /^(oss:|Object|Bucket)/.test(text) && !/^oss:[^:]+:[^:]+$/.test(text));
  if (short === undefined) return undefined;
  return lint('oss-type', field, `no OSS event has the type "${short}"; types look like "oss:ObjectCreated:PutObject"`);
}

function lintAttribute(field: FieldCondition): Lint | undefined {
  const [root = ''] = field.path;
  if (root === 'data' || CLOUDEVENTS_ATTRIBUTES.has(root) || KNOWN_EXTENSIONS.has(root)) return undefined;
  return lint(
    'unknown-attribute',
    field,
    `"${root}" is not an attribute EventBridge adds; only your own events can have it`,
  );
}

function lintUndocumented(field: FieldCondition): Lint | undefined {
  for (const operator of field.groups.flat()) {
    const name = undocumentedName(operator);
    if (name) return lint('undocumented-operator', field, `${name} works here, but the documentation does not list it`);
  }
  return undefined;
}

/** UNVERIFIED EVB-108: the engine takes these; whether the hosted service does is not documented. */
function undocumentedName(operator: Operator): string | undefined {
  if (operator.is === 'anything-but' && operator.suffix !== undefined) return '"anything-but" with "suffix"';
  if (operator.is !== 'numeric') return undefined;
  const sign = operator.comparisons.map((comparison) => comparison.sign).find((each) => each === '!=' || each === '>=');
  return sign && `"numeric" with "${sign}"`;
}

function lintPrecision(field: FieldCondition): Lint | undefined {
  const operands = field.groups.flat().flatMap((each) => (each.is === 'numeric' ? each.comparisons : []));
  const tooFine = operands.find(({ operand }) => isBeyondPrecision(operand));
  if (!tooFine) return undefined;
  const allowed = `${NUMERIC_DIGITS_MAX} digits, ${NUMERIC_DECIMALS_MAX} of them decimals`;
  return lint('numeric-precision', field, `${tooFine.operand} is finer than the documented ${allowed}`);
}

function isBeyondPrecision(operand: number): boolean {
  const [digits = '', exponent = '0'] = String(Math.abs(operand)).split('e');
  const [whole = '', decimals = ''] = digits.split('.');
  return (
    decimals.length - Number(exponent) > NUMERIC_DECIMALS_MAX || whole.length + decimals.length > NUMERIC_DIGITS_MAX
  );
}

function lintNever(field: FieldCondition): Lint | undefined {
  const asksBoth = field.groups.some(
    (group) => group.length > 1 && group.some((operator) => operator.is === 'exists' && !operator.exists),
  );
  if (!asksBoth) return undefined;
  return lint('never-matches', field, '"exists": false beside another operator in one object can never hold');
}

function lint(code: LintCode, field: FieldCondition, message: string): Lint {
  return { code, path: field.pathText, message };
}
