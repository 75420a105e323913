/** Watches a busy worker's resident memory, by the host's own account: a worker in a loop could not report it. */
import { existsSync, readFileSync } from 'node:fs';
import type { Clock } from '../../../src/kernel/clock.ts';
import { MEMORY_SAMPLE_MS, MEMORY_SAMPLE_SLOW_MS, PS_TIMEOUT_MS } from './limits.ts';

export interface MemoryReader {
  everyMs: number;
  /** Resident bytes of the process; undefined when it is gone. */
  read(pid: number): number | undefined | Promise<number | undefined>;
}

/** /proc where there is one (20 µs a reading); elsewhere `ps`, a process a reading, hence less often. */
export function createMemoryReader(hasProc = existsSync('/proc/self/status')): MemoryReader {
  return hasProc ? { everyMs: MEMORY_SAMPLE_MS, read: readProc } : { everyMs: MEMORY_SAMPLE_SLOW_MS, read: readPs };
}

/** Calls `onSample` until told to stop. */
export function watchMemory(
  { clock, reader, pid }: { clock: Clock; reader: MemoryReader; pid: number },
  onSample: (rssBytes: number) => void,
): () => void {
  let stopped = false;
  let cancel = clock.afterHostMs(reader.everyMs, sample);

  async function sample(): Promise<void> {
    const rssBytes = await reader.read(pid);
    if (stopped || rssBytes === undefined) return;
    cancel = clock.afterHostMs(reader.everyMs, sample);
    onSample(rssBytes);
  }
  return () => {
    stopped = true;
    cancel();
  };
}

function readProc(pid: number): number | undefined {
  try {
    return kilobytes(/^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);
  } catch {
    // The process ended between two samples; its exit is told elsewhere.
    return undefined;
  }
}

async function readPs(pid: number): Promise<number | undefined> {
  // Loaded where it is needed: no Linux host ever comes here.
  const { execa } = await import('execa');
  const { failed, stdout } = await execa('ps', ['-o', 'rss=', '-p', String(pid)], {
    reject: false,
    timeout: PS_TIMEOUT_MS,
  });
  return failed ? undefined : kilobytes(stdout.trim());
}

function kilobytes(digits: string | undefined): number | undefined {
  return digits ? Number(digits) * 1024 : undefined;
}
