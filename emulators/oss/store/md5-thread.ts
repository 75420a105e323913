/** MD5 of a long body on a thread of its own. Loaded with the first such body. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Md5 } from './md5.ts';

/** Each takes a core, and memory. */
export const THREADS_MAX = 4;
/** What a thread is given at a time, and how many of these there are. */
const SLOT_BYTES = 256 * 1024;
const SLOTS = 4;
const THREAD_MEMORY = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 };

let threads = 0;

/** Hashes the bytes of each message and hands them back; those of an empty one are all. */
const THREAD = `
const { parentPort } = require('node:worker_threads');
const hash = require('node:crypto').createHash('md5');
parentPort.on('message', (bytes) => {
  if (bytes.length > 0) hash.update(bytes);
  parentPort.postMessage(bytes.length > 0 ? bytes : hash.digest());
});`;

/** Undefined where there is no core for it, or all threads are busy. */
export function hashedOnThread(): Md5 | undefined {
  if (threads >= THREADS_MAX || availableParallelism() < 2) return undefined;
  threads++;
  const thread = new Worker(THREAD, { eval: true, env: {}, execArgv: [], resourceLimits: THREAD_MEMORY });
  const free = Array.from({ length: SLOTS }, () => new Uint8Array(new SharedArrayBuffer(SLOT_BYTES)));
  let filling = free.pop();
  let filled = 0;
  let failure: Error | undefined;
  let told = () => {};
  let digest: Uint8Array | undefined;
  let isEnded = false;

  thread.on('message', (bytes: Uint8Array) => {
    if (bytes.buffer instanceof SharedArrayBuffer) free.push(new Uint8Array(bytes.buffer));
    else digest = bytes;
    told();
  });
  thread.on('error', (error) => {
    failure = error;
    told();
  });

  async function until(isThere: () => boolean): Promise<void> {
    while (!isThere()) {
      if (failure) throw failure;
      await new Promise<void>((resolve) => {
        told = resolve;
      });
    }
  }

  function hand(): void {
    if (filling && filled > 0) thread.postMessage(filling.subarray(0, filled));
    filled = 0;
    filling = free.pop();
  }

  function take(bytes: Uint8Array): Uint8Array {
    const slot = filling;
    if (!slot) return bytes;
    const taken = bytes.subarray(0, SLOT_BYTES - filled);
    slot.set(taken, filled);
    filled += taken.length;
    if (filled === SLOT_BYTES) hand();
    return bytes.subarray(taken.length);
  }

  async function takeRest(bytes: Uint8Array): Promise<void> {
    for (let left = bytes; left.length > 0; left = take(left)) {
      if (filling) continue;
      await until(() => free.length > 0);
      filling = free.pop();
    }
  }

  function end(): void {
    if (isEnded) return;
    isEnded = true;
    threads--;
    void thread.terminate();
  }

  return {
    update(bytes) {
      const left = take(bytes);
      return left.length > 0 ? takeRest(left) : undefined;
    },
    async digest() {
      hand();
      thread.postMessage(new Uint8Array());
      try {
        await until(() => digest !== undefined);
        return digest ?? new Uint8Array();
      } finally {
        end();
      }
    },
    abort: end,
  };
}
