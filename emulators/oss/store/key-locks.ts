/** One writer a key at a time, first come first served; who needs several keys gets them together. */

export interface KeyLocks {
  run<Result>(keys: readonly string[], work: () => Promise<Result>): Promise<Result>;
}

export function createKeyLocks(): KeyLocks {
  const tails = new Map<string, Promise<void>>();

  return {
    async run(keys, work) {
      const wanted = [...new Set(keys)];
      const before = wanted.flatMap((key) => tails.get(key) ?? []);
      let release = () => {};
      // Queued for all keys in one turn: two that want the same keys can't wait for each other.
      const done = new Promise<void>((resolve) => {
        release = resolve;
      });
      for (const key of wanted) tails.set(key, done);
      await Promise.all(before);
      try {
        return await work();
      } finally {
        release();
        for (const key of wanted) if (tails.get(key) === done) tails.delete(key);
      }
    },
  };
}
