/** What the policy of a PostObject form allows: its expiry and its conditions on the form's fields and size. */
import { Buffer } from 'node:buffer';
import { z } from 'zod';
import { OssError } from '../errors.ts';

export interface PostPolicy {
  expiresMs: number;
  conditions: readonly PolicyCondition[];
}

export type PolicyCondition =
  | { operator: 'eq' | 'starts-with'; field: string; value: string }
  | { operator: 'in' | 'not-in'; field: string; values: readonly string[] }
  | { operator: 'content-length-range'; min: number; max: number };

export interface SizeRange {
  min: number;
  max: number;
}

const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/;

const field = z.string().regex(/^\$./);
const size = z.coerce.number().int().nonnegative();
const condition = z.union([
  z.tuple([z.enum(['eq', 'starts-with']), field, z.string()]),
  z.tuple([z.enum(['in', 'not-in']), field, z.array(z.string())]),
  z.tuple([z.literal('content-length-range'), size, size]),
  z.record(z.string(), z.string()),
]);
const document = z.object({
  expiration: z.string().regex(DATE),
  conditions: z.array(condition),
});

/** `base64` as the form has it. */
export function parsePolicy(base64: string): PostPolicy {
  const parsed = document.safeParse(parseJson(base64));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(`${issue?.path.join('.') || 'the document'} is not as it should be.`);
  }
  const expiresMs = Date.parse(parsed.data.expiration);
  if (Number.isNaN(expiresMs)) throw invalid('expiration is no date.');
  return { expiresMs, conditions: parsed.data.conditions.flatMap(toConditions) };
}

/** Throws where the form is not what the policy allows; what it says of the size can only be checked as the bytes come. */
export function checkPolicy(
  { expiresMs, conditions }: PostPolicy,
  fieldValue: (field: string) => string | undefined,
  nowMs: number,
): SizeRange {
  if (nowMs > expiresMs)
    throw new OssError('AccessDenied', { message: 'Invalid according to Policy: Policy expired.' });
  const range = { min: 0, max: Number.POSITIVE_INFINITY };
  for (const wanted of conditions) {
    if (wanted.operator === 'content-length-range') {
      range.min = Math.max(range.min, wanted.min);
      range.max = Math.min(range.max, wanted.max);
    } else if (!holds(wanted, fieldValue(wanted.field) ?? '')) throw conditionFailed(wanted);
  }
  return range;
}

/** UNVERIFIED OSS-061: how the condition is written out in the refusal. */
export function conditionFailed(failed: PolicyCondition): OssError {
  const text =
    failed.operator === 'content-length-range'
      ? [failed.operator, failed.min, failed.max]
      : [failed.operator, `$${failed.field}`, 'values' in failed ? failed.values : failed.value];
  return new OssError('AccessDenied', {
    message: `Invalid according to Policy: Policy Condition failed: ${JSON.stringify(text)}`,
  });
}

function holds(wanted: Exclude<PolicyCondition, { operator: 'content-length-range' }>, value: string): boolean {
  switch (wanted.operator) {
    case 'eq':
      return value === wanted.value;
    case 'starts-with':
      return value.startsWith(wanted.value);
    case 'in':
      return wanted.values.includes(value);
    case 'not-in':
      return !wanted.values.includes(value);
  }
}

function toConditions(written: z.infer<typeof condition>): PolicyCondition[] {
  if (!Array.isArray(written))
    return Object.entries(written).map(([name, value]) => ({ operator: 'eq', field: name.toLowerCase(), value }));
  if (written[0] === 'content-length-range') return [{ operator: written[0], min: written[1], max: written[2] }];
  const name = written[1].slice(1).toLowerCase();
  if (written[0] === 'in' || written[0] === 'not-in')
    return [{ operator: written[0], field: name, values: [...written[2]] }];
  return [{ operator: written[0], field: name, value: String(written[2]) }];
}

/** Help page "PostObject": besides JSON's own escapes, `\\$` is a dollar sign. */
function parseJson(base64: string): unknown {
  const compact = base64.replace(/\s/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) throw invalid('Invalid JSON: the policy is not base64.');
  const text = Buffer.from(compact, 'base64').toString('utf8');
  try {
    return JSON.parse(text.replace(/\\(.)/gs, (written, sign) => (sign === '$' ? '$' : written)));
  } catch (error) {
    throw invalid(`Invalid JSON: ${error instanceof Error ? error.message : error}`);
  }
}

function invalid(why: string): OssError {
  return new OssError('InvalidPolicyDocument', { message: `Invalid Policy: ${why}` });
}
