/** MD5 of a body as it comes in: here, or, of a long one, on a thread of its own. */
import { createHash } from 'node:crypto';

export interface Md5 {
  /** The bytes may change, and the next ones come, once the promise is kept; at once where there is none. */
  update(bytes: Uint8Array): Promise<void> | undefined;
  digest(): Promise<Uint8Array>;
  /** Instead of `digest`, or after it failed. */
  abort(): void;
}

/** A thread takes some 15 ms to start: what is hashed about as fast is hashed here. */
export const THREAD_BYTES_MIN = 16 * 1024 * 1024;

/** `sizeBytes` as announced: to hash a long body takes longer than to receive it, so that the two should not share a thread. */
export async function createMd5(sizeBytes = 0): Promise<Md5> {
  if (sizeBytes < THREAD_BYTES_MIN) return hashedHere();
  const { hashedOnThread } = await import('./md5-thread.ts');
  return hashedOnThread() ?? hashedHere();
}

function hashedHere(): Md5 {
  const hash = createHash('md5');
  return {
    update: (bytes) => void hash.update(bytes),
    digest: async () => hash.digest(),
    abort() {},
  };
}
