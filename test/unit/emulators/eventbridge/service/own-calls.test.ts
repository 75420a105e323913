/** Which calls are our own, by the ends of their connections, and how many rounds they may make. */
import { expect, test } from 'vitest';
import { createOwnCalls } from '../../../../../emulators/eventbridge/service/own-calls.ts';

const END = { address: '127.0.0.1', port: 40_000 };

test('what comes from where a call of ours goes out has been through one bus more', () => {
  const calls = createOwnCalls();
  calls.begin(2).comesFrom(END);
  expect(calls.arriving(END)).toBe(3);
  // What it is asked twice it answers twice.
  expect(calls.arriving(END)).toBe(3);
});

test('nobody else’s calls have: neither from another port nor from another machine’s same port', () => {
  const calls = createOwnCalls();
  expect(calls.arriving(END)).toBe(0);
  calls.begin(5).comesFrom(END);
  expect(calls.arriving({ ...END, port: 40_001 })).toBe(0);
  expect(calls.arriving({ ...END, address: '10.0.0.7' })).toBe(0);
  expect(calls.arriving({ ...END, address: '::1' })).toBe(0);
});

test('a call that has ended, or has no connection yet, is none', () => {
  const calls = createOwnCalls();
  const call = calls.begin(1);
  expect(calls.arriving(END)).toBe(0);
  call.comesFrom(END);
  call.end();
  expect(calls.arriving(END)).toBe(0);
  calls.begin(1).end();
});

test('IPv4 is one address in both of its spellings', () => {
  const calls = createOwnCalls();
  calls.begin(0).comesFrom({ ...END, address: '::ffff:127.0.0.1' });
  expect(calls.arriving(END)).toBe(1);
});

test('the sixth bus is refused, and its caller knows that it was', () => {
  const calls = createOwnCalls();
  const last = calls.begin(4);
  last.comesFrom(END);
  expect(calls.arriving(END)).toBe(5);
  expect(last.isCircle()).toBe(false);
  last.end();
  const tooMany = calls.begin(5);
  tooMany.comesFrom(END);
  expect(() => calls.arriving(END)).toThrow(/EventInvalid/);
  expect(tooMany.isCircle()).toBe(true);
});
