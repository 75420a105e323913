/** Keeps what attempts came to, many in one transaction: while one is on its way to disk, the next one's gather. */
import type { Database } from '../../../src/kernel/database.ts';
import type { Attempted } from './delivery-outcome.ts';

export interface OutcomeKeeper {
  /** Resolves once others see it; rejects when it can't be kept. */
  keep(attempted: Attempted): Promise<void>;
}

export interface KeeperNeeds {
  database: Pick<Database, 'transact'>;
  /** Runs in an open transaction, and for the same attempt again when another one's outcome spoilt it. */
  record(attempted: Attempted): void;
}

interface Waiting {
  attempted: Attempted;
  kept(): void;
  failed(reason: unknown): void;
}

export function createOutcomeKeeper({ database, record }: KeeperNeeds): OutcomeKeeper {
  let waiting: Waiting[] = [];
  let isWriting = false;

  async function writeAll(): Promise<void> {
    isWriting = true;
    // Calls mostly end several in one turn.
    await new Promise((resolve) => setImmediate(resolve));
    for (let batch = take(); batch.length > 0; batch = take()) await write(batch);
    isWriting = false;
  }

  function take(): Waiting[] {
    const batch = waiting;
    waiting = [];
    return batch;
  }

  async function write(batch: readonly Waiting[]): Promise<void> {
    try {
      const all = () => {
        for (const { attempted } of batch) record(attempted);
      };
      await database.transact(all, { durable: false });
    } catch (error) {
      if (batch.length === 1) batch[0]?.failed(error);
      // One of them may be at fault, and the others not.
      else for (const one of batch) await write([one]);
      return;
    }
    for (const { kept } of batch) kept();
  }

  return {
    keep: (attempted) =>
      new Promise((kept, failed) => {
        waiting.push({ attempted, kept, failed });
        if (!isWriting) void writeAll();
      }),
  };
}
