/** Signature nonces seen of late: each may be used once within the signature window. */

export interface NonceGuard {
  /** False when it was used already. */
  use(nonce: string, nowMs: number): boolean;
}

export function createNonceGuard({ windowMs, noncesMax }: { windowMs: number; noncesMax: number }): NonceGuard {
  // In order of use, so that the oldest come first.
  const usedAtMs = new Map<string, number>();
  return {
    use(nonce, nowMs) {
      for (const [old, atMs] of usedAtMs) {
        if (usedAtMs.size < noncesMax && nowMs - atMs <= windowMs) break;
        usedAtMs.delete(old);
      }
      if (usedAtMs.has(nonce)) return false;
      usedAtMs.set(nonce, nowMs);
      return true;
    },
  };
}
