/** Who is stopped in which order, and what a reset means: each part says it once, where it is made. */
import type { Logger } from './logger.ts';

export interface LifecyclePart {
  name: string;
  /** Takes no new work and finishes what it has; called once, bounded by the stack. */
  drain?(): Promise<void>;
  /** Gives everything back; nothing of it runs after. */
  close?(): Promise<void>;
  /** Back to the state right after a first start. */
  reset?(): Promise<void>;
}

export interface Lifecycle {
  add(part: LifecyclePart): void;
  drain(): Promise<void>;
  /** Closes in the reverse order of adding. One failure does not keep the others open. */
  close(): Promise<void>;
  reset(names?: readonly string[]): Promise<void>;
}

export function createLifecycle(logger: Logger): Lifecycle {
  const parts: LifecyclePart[] = [];
  return {
    add: (part) => void parts.push(part),
    async drain() {
      await Promise.all(parts.map((part) => part.drain?.()));
    },
    async close() {
      for (const part of [...parts].reverse()) {
        try {
          await part.close?.();
        } catch (error) {
          logger.error('A part did not close cleanly.', { part: part.name, error });
        }
      }
    },
    async reset(names) {
      for (const part of parts) if (!names || names.includes(part.name)) await part.reset?.();
    },
  };
}
