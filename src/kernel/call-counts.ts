/** Counts finished calls by room, operation and status, and tells each to the log. */
import type { Logger } from './logger.ts';
import type { CallRecord } from './pipeline.ts';

export function countCalls(logger: Logger) {
  const counts = new Map<string, number>();
  return {
    counts: () => counts,
    record({ room, operation = 'unknown', status, requestId, durationMs, method, rawPath }: CallRecord): void {
      const key = `${room} ${operation} ${status}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
      logger.debug(`${room} ${operation} ${status}`, {
        requestId,
        method,
        rawPath,
        durationMs: Math.round(durationMs * 100) / 100,
      });
    },
  };
}
