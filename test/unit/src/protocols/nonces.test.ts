/** Nonces: once each within the window, and never more of them than the limit. */
import { expect, test } from 'vitest';
import { createNonceGuard } from '../../../../src/protocols/nonces.ts';

test('a nonce is taken once within the window, and again after it', () => {
  const guard = createNonceGuard({ windowMs: 1000, noncesMax: 10 });
  expect(guard.use('a', 0)).toBe(true);
  expect(guard.use('a', 1000)).toBe(false);
  expect(guard.use('b', 1000)).toBe(true);
  expect(guard.use('a', 1001)).toBe(true);
});

test('past the limit the oldest is forgotten', () => {
  const guard = createNonceGuard({ windowMs: 1000, noncesMax: 2 });
  for (const nonce of ['a', 'b', 'c']) guard.use(nonce, 0);
  expect(guard.use('c', 0)).toBe(false);
  expect(guard.use('a', 0)).toBe(true);
});
