/** A room's operations are loaded once, by whoever needs them first, and no call is lost meanwhile. */
import { expect, test } from 'vitest';
import { createEmulator, type Serving } from '../../../../src/kernel/emulator.ts';
import { planned } from '../../../../src/kernel/operation.ts';
import type { WireRequest } from '../../../../src/kernel/wire.ts';

const ROW = planned('PutNote', { method: 'PUT', path: '/' });
const request = (rawPath: string) => ({ rawPath }) as WireRequest;

function emulatorThatLoads() {
  let loads = 0;
  let finish: (serving: Serving) => void = () => {};
  const emulator = createEmulator('notes', () => {
    loads++;
    return new Promise((resolve) => {
      finish = resolve;
    });
  });
  return {
    emulator,
    loads: () => loads,
    finish: () => finish({ rows: [ROW], handle: async ({ rawPath }) => ({ status: 200, body: rawPath }) }),
  };
}

test('nothing is loaded before it is needed', () => {
  expect(emulatorThatLoads().loads()).toBe(0);
});

test('calls that come while it loads are answered in their order, and it loads once', async () => {
  const { emulator, loads, finish } = emulatorThatLoads();
  const answered: unknown[] = [];
  const calls = ['/1', '/2', '/3'].map(async (path) => answered.push((await emulator.handle(request(path))).body));
  const rows = emulator.rows();
  const prepared = emulator.prepare();
  finish();
  await Promise.all([...calls, prepared]);
  expect(answered).toEqual(['/1', '/2', '/3']);
  expect(await rows).toEqual([ROW]);
  expect(await emulator.handle(request('/4'))).toEqual({ status: 200, body: '/4' });
  expect(loads()).toBe(1);
});

test('what can not be loaded fails every call with the reason', async () => {
  const emulator = createEmulator('notes', async () => {
    throw new Error('no such file');
  });
  await expect(emulator.prepare()).rejects.toThrow('no such file');
  await expect(emulator.handle(request('/'))).rejects.toThrow('no such file');
  await expect(emulator.rows()).rejects.toThrow('no such file');
});
