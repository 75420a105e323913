/** Which page stands for a folder, and which routing rule a visit meets. */
import { expect, test } from 'vitest';
import {
  findRule,
  indexKey,
  pageBelow,
  type RoutingCondition,
  type RoutingRule,
  replacedKey,
  type Website,
} from '../../../../../emulators/oss/service/website.ts';

const index = (SupportSubDir?: boolean, Type?: number): Website => ({
  IndexDocument: { Suffix: 'index.html', SupportSubDir, Type },
});
const rule = (RuleNumber: number, condition: Partial<RoutingCondition>, Redirect = {}): RoutingRule => ({
  RuleNumber,
  Condition: { IncludeHeader: [], ...condition },
  Redirect,
});
const site = (...rules: RoutingRule[]): Website => ({ RoutingRules: { RoutingRule: rules } });
const visit = { key: 'old/a.html', headers: { host: 'www.example.com' }, status: undefined };

test('a folder shows its own page, or the root’s where folders are not supported', () => {
  expect(indexKey(index(true), 'a/b/')).toBe('a/b/index.html');
  expect(indexKey(index(false), 'a/b/')).toBe('index.html');
  expect(indexKey(index(), '')).toBe('index.html');
  expect(indexKey(index(true), 'a/b')).toBeUndefined();
  expect(indexKey({}, '')).toBeUndefined();
});

test('a key without its slash may mean a folder, as the type says', () => {
  expect(pageBelow(index(true), 'a')).toEqual({ key: 'a/index.html', isRedirect: true });
  expect(pageBelow(index(true, 0), 'a')).toEqual({ key: 'a/index.html', isRedirect: true });
  expect(pageBelow(index(true, 2), 'a')).toEqual({ key: 'a/index.html', isRedirect: false });
  expect(pageBelow(index(true, 1), 'a')).toBeUndefined();
  expect(pageBelow(index(false), 'a')).toBeUndefined();
});

test('the rule with the lowest number of those that hold counts', () => {
  const rules = [rule(2, { KeyPrefixEquals: 'old/' }), rule(1, { KeyPrefixEquals: 'other/' }), rule(3, {})];
  expect(findRule(site(...rules), visit)?.RuleNumber).toBe(2);
  expect(findRule(site(), visit)).toBeUndefined();
});

test.each([
  ['a prefix', { KeyPrefixEquals: 'old/' }, true],
  ['another prefix', { KeyPrefixEquals: 'new/' }, false],
  ['a suffix', { KeySuffixEquals: '.html' }, true],
  ['another suffix', { KeySuffixEquals: '.txt' }, false],
  ['a status before there is one', { HttpErrorCodeReturnedEquals: 404 }, false],
  ['a header', { IncludeHeader: [{ Key: 'Host', Equals: 'www.example.com' }] }, true],
  ['a header’s beginning and end', { IncludeHeader: [{ Key: 'host', StartsWith: 'www.', EndsWith: '.com' }] }, true],
  ['a header with another end', { IncludeHeader: [{ Key: 'host', EndsWith: '.net' }] }, false],
  ['a header that is not there', { IncludeHeader: [{ Key: 'x-a' }] }, false],
])('a condition on %s holds: %j %s', (_what, condition, holds) => {
  expect(findRule(site(rule(1, condition)), visit) !== undefined).toBe(holds);
});

test('a rule with a status waits for it, and one without does not hold later', () => {
  const missing = { ...visit, status: 404 };
  expect(findRule(site(rule(1, { HttpErrorCodeReturnedEquals: 404 })), missing)).toBeDefined();
  expect(findRule(site(rule(1, { HttpErrorCodeReturnedEquals: 403 })), missing)).toBeUndefined();
  expect(findRule(site(rule(1, {})), missing)).toBeUndefined();
});

test.each([
  [{ ReplaceKeyWith: 'prefix/\u0024{key}.suffix' }, 'prefix/old/a.html.suffix'],
  [{ ReplaceKeyPrefixWith: 'new/' }, 'new/a.html'],
  [{ EnableReplacePrefix: true }, 'a.html'],
  [{}, 'old/a.html'],
])('%j makes %s of the key', (redirect, key) => {
  expect(replacedKey(rule(1, { KeyPrefixEquals: 'old/' }, redirect), 'old/a.html')).toBe(key);
});
