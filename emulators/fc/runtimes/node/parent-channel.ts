/** The worker's way to its parent: frames written synchronously, so that nothing is lost when user code exits, loops or dies. */
// Runs inside a function's process: the kernel's clock, ids and random are not there, and host ones may be used.
import { writeSync } from 'node:fs';
import { serialize } from 'node:v8';
import type { FromWorker } from '../../instances/messages.ts';

/** stdin, stdout, stderr, commands (IPC), then ours. */
const FRAMES_FD = 4;
const HEAD_BYTES = 4;
/** Below this, copying head and body together is cheaper than a second system call. */
const ONE_WRITE_BYTES_MAX = 64 * 1024;

// Taken once: a function that patches node:fs must not cut the line to its parent.
const write = writeSync;
const kill = process.kill.bind(process);
const ownPid = process.pid;

export function sendToParent(message: FromWorker): void {
  const body = serialize(message);
  const head = Buffer.allocUnsafe(HEAD_BYTES);
  head.writeUInt32LE(body.length);
  if (body.length > ONE_WRITE_BYTES_MAX) {
    writeWhole(head);
    writeWhole(body);
  } else {
    writeWhole(Buffer.concat([head, body]));
  }
}

/** Ends this process and whatever it started: the parent is gone, and nobody else would. */
export function dieAtOnce(): never {
  try {
    kill(-ownPid, 'SIGKILL');
  } catch {
    // No process group of our own (started by hand, or a system without groups): ending ourselves is all there is.
  }
  kill(ownPid, 'SIGKILL');
  throw new Error('unreachable: SIGKILL was sent to this process');
}

function writeWhole(bytes: Buffer): void {
  for (let done = 0; done < bytes.length; ) done += writeSome(bytes, done);
}

function writeSome(bytes: Buffer, from: number): number {
  try {
    return write(FRAMES_FD, bytes, from);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EAGAIN') dieAtOnce();
    // The pipe is full and was made non-blocking by someone: wait a moment rather than spin.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    return 0;
  }
}
