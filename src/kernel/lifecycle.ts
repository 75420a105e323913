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
  /** Drains all parts together. One failure is logged and lets the others finish. */
  drain(): Promise<void>;
  /** Closes in the reverse order of adding, each part once. One failure is logged and does not keep the others open. */
  close(): Promise<void>;
  reset(names?: readonly string[]): Promise<void>;
}

export function createLifecycle(logger: Logger): Lifecycle {
  const parts: LifecyclePart[] = [];
  let closing: Promise<void> | undefined;

  async function end(part: LifecyclePart, what: 'drain' | 'close'): Promise<void> {
    try {
      await part[what]?.();
    } catch (error) {
      logger.error(`A part did not ${what} cleanly.`, { part: part.name, error });
    }
  }

  async function closeAll(): Promise<void> {
    for (const part of [...parts].reverse()) await end(part, 'close');
  }

  return {
    add: (part) => void parts.push(part),
    async drain() {
      await Promise.all(parts.map((part) => end(part, 'drain')));
    },
    close() {
      closing ??= closeAll();
      return closing;
    },
    async reset(names) {
      for (const part of parts) if (!names || names.includes(part.name)) await part.reset?.();
    },
  };
}
