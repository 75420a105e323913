/** Condition operators: each with a value that satisfies it, one that does not, and an absent key. */
import { describe, expect, test } from 'vitest';
import { type Context, compileConditions } from '../../../../src/policy/conditions.ts';

function check(condition: unknown, context: Context): boolean {
  const compiled = compileConditions(condition, 'Condition');
  if (!compiled.ok) throw new Error(compiled.problems.join(' '));
  return compiled.check(context);
}

function problems(condition: unknown): string[] {
  const compiled = compileConditions(condition, 'Condition');
  return compiled.ok ? [] : compiled.problems;
}

const POSITIVE: [operator: string, value: unknown, yes: string, no: string][] = [
  ['StringEquals', 'fc', 'fc', 'FC'],
  ['StringEqualsIgnoreCase', 'Fc', 'fC', 'fcc'],
  ['StringLike', 'photos/*', 'photos/a', 'Photos/a'],
  ['NumericEquals', '10', '10.0', '11'],
  ['NumericLessThan', '10', '9.5', '10'],
  ['NumericLessThanEquals', '10', '10', '10.01'],
  ['NumericGreaterThan', '10', '11', '10'],
  ['NumericGreaterThanEquals', 10, '10', '-10'],
  ['DateEquals', '2026-01-01T00:00:00Z', '2026-01-01T08:00:00+08:00', '2026-01-01T00:00:01Z'],
  ['DateLessThan', '2026-01-01T00:00:00Z', '2025-12-31T23:59:59Z', '2026-01-01T00:00:00Z'],
  ['DateLessThanEquals', '2026-01-01', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:01Z'],
  ['DateGreaterThan', '2026-01-01T00:00:00+08:00', '2026-01-01T00:00:00Z', '2025-12-31T15:00:00Z'],
  ['DateGreaterThanEquals', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', '2025-12-31T23:59:59Z'],
  ['Bool', 'true', 'true', 'false'],
  ['Bool', false, 'false', 'true'],
  ['IpAddress', '10.1.2.3', '10.1.2.3', '10.1.2.4'],
  ['IpAddress', '10.0.0.0/8', '10.255.0.1', '11.0.0.1'],
  ['IpAddress', '0.0.0.0/0', '203.0.113.9', 'not an address'],
  ['IpAddress', '2001:db8::/32', '2001:db8:1::1', '2001:db9::1'],
];

test.each(POSITIVE)('%s %j takes %j and not %j, nor an absent key', (operator, value, yes, no) => {
  const condition = { [operator]: { key: value } };
  expect(check(condition, { key: yes })).toBe(true);
  expect(check(condition, { key: no })).toBe(false);
  expect(check(condition, {})).toBe(false);
});

const NEGATIVE: [operator: string, value: string, yes: string, no: string][] = [
  ['StringNotEquals', 'fc', 'FC', 'fc'],
  ['StringNotEqualsIgnoreCase', 'Fc', 'x', 'fC'],
  ['StringNotLike', 'photos/*', 'other/a', 'photos/a'],
  ['NumericNotEquals', '10', '11', '10.0'],
  ['DateNotEquals', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', '2026-01-01T08:00:00+08:00'],
  ['NotIpAddress', '10.0.0.0/8', '11.0.0.1', '10.0.0.1'],
];

test.each(NEGATIVE)('%s %j takes %j and an absent key, not %j', (operator, value, yes, no) => {
  const condition = { [operator]: { key: value } };
  expect(check(condition, { key: yes })).toBe(true);
  expect(check(condition, {})).toBe(true);
  expect(check(condition, { key: no })).toBe(false);
});

describe('several at once', () => {
  test('of the values of one key, any will do', () => {
    const condition = { StringEquals: { key: ['a', 'b'] } };
    expect(check(condition, { key: 'b' })).toBe(true);
    expect(check(condition, { key: 'c' })).toBe(false);
  });

  test('of the values of a negative operator, none may match', () => {
    const condition = { StringNotEquals: { key: ['a', 'b'] } };
    expect(check(condition, { key: 'c' })).toBe(true);
    expect(check(condition, { key: 'b' })).toBe(false);
  });

  test('all keys and all operators must hold', () => {
    const condition = { StringEquals: { one: 'a', two: 'b' }, Bool: { three: 'true' } };
    expect(check(condition, { one: 'a', two: 'b', three: 'true' })).toBe(true);
    expect(check(condition, { one: 'a', two: 'x', three: 'true' })).toBe(false);
    expect(check(condition, { one: 'a', two: 'b', three: 'false' })).toBe(false);
  });
});

test('a value of the call that is no number, date or address satisfies nothing positive', () => {
  expect(check({ NumericLessThan: { key: '10' } }, { key: 'ten' })).toBe(false);
  expect(check({ DateLessThan: { key: '2026-01-01' } }, { key: '2026-02-31' })).toBe(false);
  expect(check({ IpAddress: { key: '::/0' } }, { key: '10.0.0.1/8' })).toBe(false);
});

test.each([
  [{ StringEqual: { key: 'a' } }, 'Condition: StringEqual is no condition operator; did you mean StringEquals?'],
  [{ toString: { key: 'a' } }, 'Condition: toString is no condition operator'],
  [{ StringEquals: 'a' }, 'Condition.StringEquals must be an object of condition keys.'],
  [{ StringEquals: { key: [] } }, 'Condition.StringEquals.key must have at least one value.'],
  [{ StringEquals: { key: { a: 1 } } }, 'Condition.StringEquals.key must be text or a list of texts.'],
  [{ NumericEquals: { key: 'ten' } }, 'Condition.NumericEquals.key: "ten" is no number.'],
  [
    { DateEquals: { key: 'today' } },
    'Condition.DateEquals.key: "today" is no ISO 8601 date such as 2026-01-31T23:59:59Z.',
  ],
  [
    { DateEquals: { key: '2026-13-01' } },
    'Condition.DateEquals.key: "2026-13-01" is no ISO 8601 date such as 2026-01-31T23:59:59Z.',
  ],
  [{ Bool: { key: 'yes' } }, 'Condition.Bool.key: "yes" is no boolean: "true" or "false".'],
  [{ IpAddress: { key: '10.0.0.0/33' } }, 'Condition.IpAddress.key: "10.0.0.0/33" is no IP address or CIDR block.'],
  [{ IpAddress: { key: '10.0.0.0/8/8' } }, 'Condition.IpAddress.key: "10.0.0.0/8/8" is no IP address or CIDR block.'],
  [['StringEquals'], 'Condition must be an object of operators.'],
])('%j is told', (condition, problem) => {
  expect(problems(condition)[0]).toContain(problem);
});
