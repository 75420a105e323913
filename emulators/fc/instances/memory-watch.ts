/** Watches a busy worker's resident memory, by the host's own account: a worker in a loop could not report it. */
import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import type { Clock } from '../../../src/kernel/clock.ts';
import { MEMORY_SAMPLE_MS, MEMORY_SAMPLE_SLOW_MS, PS_TIMEOUT_MS } from './limits.ts';

/** Seven numbers of at most 20 digits. */
const STATM_BYTES = 160;
/** The number of the page size in the auxiliary vector. */
const AT_PAGESZ = 6n;
const PAGE_BYTES_USUAL = 4096;

export interface MemoryReader {
  everyMs: number;
  /** Begins to read a process; each gauge is closed by whoever opened it. */
  open(pid: number): MemoryGauge;
}

export interface MemoryGauge {
  /** Resident bytes of the process; undefined when it is gone. */
  read(): number | undefined | Promise<number | undefined>;
  close(): void;
}

/** /proc where there is one (2 µs a reading); elsewhere `ps`, a process a reading, hence less often. */
export function createMemoryReader(hasProc = existsSync('/proc/self/statm')): MemoryReader {
  if (!hasProc) {
    const open = (pid: number) => ({ read: () => readPs(pid), close: () => undefined });
    return { everyMs: MEMORY_SAMPLE_SLOW_MS, open };
  }
  const pageBytes = readPageBytes();
  return { everyMs: MEMORY_SAMPLE_MS, open: (pid) => openProc(pid, pageBytes) };
}

/** Calls `onSample` until told to stop. */
export function watchMemory(
  { clock, reader, pid }: { clock: Clock; reader: MemoryReader; pid: number },
  onSample: (rssBytes: number) => void,
): () => void {
  let stopped = false;
  let gauge: MemoryGauge | undefined;
  let cancel = clock.afterHostMs(reader.everyMs, sample);

  async function sample(): Promise<void> {
    // Not before: most calls are over by their first sample.
    gauge ??= reader.open(pid);
    const rssBytes = await gauge.read();
    if (stopped || rssBytes === undefined) return;
    cancel = clock.afterHostMs(reader.everyMs, sample);
    onSample(rssBytes);
  }
  return () => {
    stopped = true;
    cancel();
    gauge?.close();
    gauge = undefined;
  };
}

/** The file stays open, and is the one process's: a later process of the same number is never mistaken for it. */
function openProc(pid: number, pageBytes: number): MemoryGauge {
  let file: number | undefined;
  try {
    file = openSync(`/proc/${pid}/statm`, 'r');
  } catch {
    // The process ended before; its exit is told elsewhere.
  }
  const line = Buffer.alloc(STATM_BYTES);
  return {
    read() {
      if (file === undefined) return undefined;
      try {
        const pages = Number(line.toString('latin1', 0, readSync(file, line, 0, line.length, 0)).split(' ')[1]);
        // One that has ended but is not yet reaped holds nothing.
        return pages > 0 ? pages * pageBytes : undefined;
      } catch {
        return undefined;
      }
    },
    close() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

/** What the kernel told this process at its start: pairs of a number and its value, each of one word. */
function readPageBytes(): number {
  const words = new BigUint64Array(Uint8Array.from(readFileSync('/proc/self/auxv')).buffer);
  for (let at = 0; at + 1 < words.length; at += 2) if (words[at] === AT_PAGESZ) return Number(words[at + 1]);
  return PAGE_BYTES_USUAL;
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
