/** What may be told to a worker. */
import { expect, test } from 'vitest';
import { PAYLOAD_BYTES_MAX } from '../../../../../emulators/fc/instances/limits.ts';
import { toWorker } from '../../../../../emulators/fc/instances/messages.ts';

const facts = {
  region: 'r',
  accountId: '1',
  function: { name: 'f', handler: 'index.handler', memory: 512, timeout: 3 },
  service: { name: '', logProject: '', logStore: '', qualifier: 'LATEST', versionId: 'LATEST' },
};
const semantics = { usesResolvedValue: true, loadsEsModules: true, failsOnUnhandledRejection: true };
const assign = { type: 'assign', codeDir: '/', environment: { A: '1' }, semantics, facts };
const invoke = { type: 'invoke', requestId: 'r', handler: 'index.handler', retryCount: 0, event: Buffer.alloc(1) };

test('takes a function with its facts, and a call with its event as bytes', () => {
  expect(toWorker.parse(assign)).toEqual(assign);
  expect(toWorker.parse(invoke)).toEqual(invoke);
});

test.each([
  ['an event that is no bytes', { ...invoke, event: 'text' }],
  ['an event over 32 MB', { ...invoke, event: Buffer.alloc(PAYLOAD_BYTES_MAX + 1) }],
  ['a negative retry count', { ...invoke, retryCount: -1 }],
  ['an environment value that is no text', { ...assign, environment: { A: 1 } }],
  [
    'a memory size that is no number',
    { ...assign, facts: { ...facts, function: { ...facts.function, memory: '512' } } },
  ],
  ['an unknown type', { type: 'freeze' }],
])('refuses %s', (_name, message) => {
  expect(toWorker.safeParse(message).success).toBe(false);
});
