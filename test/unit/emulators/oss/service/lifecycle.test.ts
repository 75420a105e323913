/** What a lifecycle rule may say, and what it then wants of an object. */
import { expect, test } from 'vitest';
import { checkLifecycle } from '../../../../../emulators/oss/service/check-lifecycle.ts';
import type { LifecycleRuleDraft } from '../../../../../emulators/oss/service/lifecycle.ts';
import { dueFor, expiryOf, isUploadDue } from '../../../../../emulators/oss/service/lifecycle-due.ts';

const DAY = '2026-01-01T00:00:00.000Z';
const RULE: LifecycleRuleDraft = { id: 'r', prefix: 'logs/', isEnabled: true, expiration: { days: 3 } };
const check = (...rules: LifecycleRuleDraft[]) => checkLifecycle(rules, { allowOverlap: false });
const to = (storageClass: string, days: number) => ({ storageClass, days });

test('takes a rule of every kind, and names those that have no name', () => {
  const { rules } = check(
    RULE,
    { prefix: 'a/', isEnabled: false, expiration: { createdBeforeDate: DAY } },
    {
      prefix: 'b/',
      isEnabled: true,
      transitions: [to('IA', 30), to('Archive', 60)],
      abortMultipartUpload: { days: 1 },
    },
  );
  expect(rules[0]).toEqual({ ...RULE, transitions: [] });
  expect(rules[1]?.id).toMatch(/^[0-9a-f]{32}$/);
  expect(rules[1]?.id).not.toBe(rules[2]?.id);
});

test.each([
  ['no action', { expiration: undefined }, 'InvalidArgument'],
  ['no day', { expiration: {} }, 'InvalidArgument'],
  ['days and a date', { expiration: { days: 1, createdBeforeDate: DAY } }, 'InvalidArgument'],
  ['zero days', { expiration: { days: 0 } }, 'InvalidArgument'],
  ['half a day', { expiration: { days: 0.5 } }, 'InvalidArgument'],
  ['a date at noon', { expiration: { createdBeforeDate: '2026-01-01T12:00:00.000Z' } }, 'InvalidArgument'],
  ['a day that is none', { expiration: { createdBeforeDate: '2026-02-31T00:00:00.000Z' } }, 'InvalidArgument'],
  ['a transition to Standard', { transitions: [to('Standard', 1)] }, 'InvalidArgument'],
  ['a transition to nowhere', { transitions: [to('Gold', 1)] }, 'InvalidArgument'],
  ['an end before the transition', { transitions: [to('IA', 3)] }, 'InvalidArgument'],
  ['Archive before IA', { expiration: undefined, transitions: [to('Archive', 5), to('IA', 5)] }, 'InvalidArgument'],
  ['two transitions to IA', { expiration: undefined, transitions: [to('IA', 5), to('IA', 6)] }, 'InvalidArgument'],
  ['an id of 256 bytes', { id: 'x'.repeat(256) }, 'InvalidArgument'],
  ['what is left out lying elsewhere', { notPrefix: 'other/' }, 'InvalidArgument'],
  ['a tag for uploads', { tags: [{ key: 'a', value: 'b' }], abortMultipartUpload: { days: 1 } }, 'InvalidArgument'],
  ['a tag with letters that none has', { tags: [{ key: '%&', value: 'b' }] }, 'InvalidTag'],
  [
    'the same tag twice',
    {
      tags: [
        { key: 'a', value: 'b' },
        { key: 'a', value: 'c' },
      ],
    },
    'RepeatedTags',
  ],
  ['sizes that leave nothing over', { largerThanBytes: 5, smallerThanBytes: 5 }, 'InvalidArgument'],
  ['a tag without a name', { tags: [{ key: '', value: 'b' }] }, 'InvalidTag'],
  [
    'days mixed with dates',
    { expiration: { days: 9 }, transitions: [{ storageClass: 'IA', createdBeforeDate: DAY }] },
    'InvalidRequest',
  ],
])('refuses %s', (_what, change, code) => {
  expect(() => check({ ...RULE, ...change })).toThrow(expect.objectContaining({ code }));
});

test('refuses the same id twice, no rule, a thousand and one, and overlaps of one action', () => {
  expect(() => check(RULE, { ...RULE, prefix: 'other/' })).toThrow(
    expect.objectContaining({ details: { message: expect.stringContaining('unique') } }),
  );
  expect(() => check()).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
  const many = Array.from({ length: 1001 }, (_, i) => ({ ...RULE, id: `${i}`, prefix: `${i}/` }));
  expect(check(...many.slice(1)).rules).toHaveLength(1000);
  expect(() => check(...many)).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
  const below = { ...RULE, id: 's', prefix: 'logs/old/' };
  expect(() => check(RULE, below)).toThrow(
    expect.objectContaining({ details: { message: 'Overlap for same action type Expiration' } }),
  );
  expect(checkLifecycle([RULE, below], { allowOverlap: true }).rules).toHaveLength(2);
  expect(check(RULE, { ...below, expiration: undefined, abortMultipartUpload: { days: 1 } }).rules).toHaveLength(2);
});

const at = (text: string) => Date.parse(text);
const object = (
  key: string,
  modified = '2026-01-01T10:00:00Z',
  storageClass: 'Standard' | 'IA' | 'Archive' = 'Standard',
) => ({
  key,
  storageClass,
  modifiedAtMs: at(modified),
});

test('days run from the last change to the midnight that follows them', () => {
  const document = check(RULE);
  expect(expiryOf(document, object('logs/a'))).toEqual({ atMs: at('2026-01-05T00:00:00Z'), ruleId: 'r' });
  expect(dueFor(document, object('logs/a'), at('2026-01-04T23:59:59Z'))).toBeUndefined();
  expect(dueFor(document, object('logs/a'), at('2026-01-05T00:00:00Z'))).toBe('expired');
  expect(dueFor(document, object('log/a'), at('2027-01-05T00:00:00Z'))).toBeUndefined();
  expect(dueFor(check({ ...RULE, isEnabled: false }), object('logs/a'), at('2027-01-05T00:00:00Z'))).toBeUndefined();
  expect(
    dueFor(check({ ...RULE, notPrefix: 'logs/keep/' }), object('logs/keep/a'), at('2027-01-05T00:00:00Z')),
  ).toBeUndefined();
});

test('what was last changed before a day is due at once', () => {
  const document = check({ ...RULE, expiration: { createdBeforeDate: '2026-01-02T00:00:00.000Z' } });
  expect(dueFor(document, object('logs/a'), at('2026-01-01T11:00:00Z'))).toBe('expired');
  expect(dueFor(document, object('logs/a', '2026-01-02T00:00:00Z'), at('2030-01-01T11:00:00Z'))).toBeUndefined();
});

test('objects only get colder, by the coldest class that is due', () => {
  const document = check({ ...RULE, expiration: undefined, transitions: [to('IA', 1), to('Archive', 5)] });
  expect(dueFor(document, object('logs/a'), at('2026-01-03T00:00:00Z'))).toBe('IA');
  expect(dueFor(document, object('logs/a', '2026-01-01T10:00:00Z', 'IA'), at('2026-01-03T00:00:00Z'))).toBeUndefined();
  expect(dueFor(document, object('logs/a'), at('2026-02-03T00:00:00Z'))).toBe('Archive');
  expect(
    dueFor(document, object('logs/a', '2026-01-01T10:00:00Z', 'Archive'), at('2026-02-03T00:00:00Z')),
  ).toBeUndefined();
});

test('uploads are given up by their own action alone', () => {
  const upload = { key: 'logs/a', initiatedAtMs: at('2026-01-01T10:00:00Z') };
  expect(isUploadDue(check(RULE), upload, at('2027-01-01T00:00:00Z'))).toBe(false);
  const document = check({ ...RULE, abortMultipartUpload: { days: 1 } });
  expect(isUploadDue(document, upload, at('2026-01-02T23:00:00Z'))).toBe(false);
  expect(isUploadDue(document, upload, at('2026-01-03T00:00:00Z'))).toBe(true);
});

test('a rule with tags takes only objects that have all of them', () => {
  const tags = [
    { key: 'a', value: '1' },
    { key: 'b', value: '' },
  ];
  const document = check({ ...RULE, tags });
  const due = (own: typeof tags | undefined) =>
    dueFor(document, { key: 'logs/x', storageClass: 'Standard', modifiedAtMs: 0, tags: own }, 9 * 86_400_000);
  expect(due([...tags, { key: 'c', value: '2' }])).toBe('expired');
  expect(due(tags.slice(1))).toBeUndefined();
  expect(due([{ key: 'a', value: '2' }, ...tags.slice(1)])).toBeUndefined();
  expect(due(undefined)).toBeUndefined();
});

test('rules below one another overlap when they ask for the same tags, in whatever order', () => {
  const [a, b] = [
    { key: 'a', value: '1' },
    { key: 'b', value: '2' },
  ];
  const below = { ...RULE, id: 's', prefix: 'logs/old/' };
  expect(check({ ...RULE, tags: [a] }, { ...below, tags: [b] }, { ...below, id: 't' }).rules).toHaveLength(3);
  expect(() => check({ ...RULE, tags: [a, b] }, { ...below, tags: [b, a] })).toThrow(
    expect.objectContaining({ details: { message: 'Overlap for same action type Expiration' } }),
  );
});

test('a filter takes out what lies below a prefix and has a tag, and what is too small or too large', () => {
  const tag = { key: 'a', value: '1' };
  const document = check({ ...RULE, notPrefix: 'logs/', notTag: tag, largerThanBytes: 10, smallerThanBytes: 20 });
  const due = (sizeBytes: number | undefined, tags: (typeof tag)[]) =>
    dueFor(document, { key: 'logs/x', storageClass: 'Standard', modifiedAtMs: 0, sizeBytes, tags }, 9 * 86_400_000);
  expect([10, 11, 19, 20, undefined].map((size) => due(size, []))).toEqual([
    undefined,
    'expired',
    'expired',
    undefined,
    undefined,
  ]);
  expect(due(15, [tag])).toBeUndefined();
  expect(due(15, [{ key: 'a', value: '2' }])).toBe('expired');
});

test('a rule may ask for longer and more tags than an object has', () => {
  const tags = Array.from({ length: 19 }, (_, i) => ({ key: `${i}`.padEnd(129, 'a'), value: 'b'.repeat(257) }));
  expect(check({ ...RULE, tags }).rules[0]?.tags).toEqual(tags);
});
