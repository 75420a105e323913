/** Counts finished calls by room, operation and status, and tells each to the log. */
import type { Logger } from './logger.ts';
import type { CallRecord } from './pipeline.ts';

/** `onCall` hears of each, too: how long its answer's text is. */
export function countCalls(logger: Logger, onCall?: (textLength: number) => void) {
  const counts = new Map<string, number>();
  /** Calls mostly come many of a kind, and a name that is put together is another text each time. */
  let last = { room: '', operation: '', status: 0, name: '' };

  return {
    counts: () => counts,
    record({
      room,
      operation = 'unknown',
      status,
      requestId,
      durationMs,
      textLength,
      method,
      rawPath,
    }: CallRecord): void {
      if (status !== last.status || operation !== last.operation || room !== last.room)
        last = { room, operation, status, name: `${room} ${operation} ${status}` };
      const { name } = last;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      onCall?.(textLength);
      logger.debug(name, {
        requestId,
        method,
        rawPath,
        durationMs: Math.round(durationMs * 100) / 100,
      });
    },
  };
}
