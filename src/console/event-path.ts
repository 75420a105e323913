/** One event with its whole path: what matched, what did not and why, deliveries, the invocations they made, and the events those led to. */
import type { EventHistory, EventSummary, EventTrace } from '../ports/event-history.ts';
import type { InvocationJournal, InvocationRecord } from '../ports/invocation-journal.ts';

export interface EventPath extends EventTrace {
  invocations: (InvocationRecord & { ledTo: EventSummary[] })[];
}

export interface EventPathNeeds {
  history: EventHistory;
  invocations: InvocationJournal;
}

export function eventPath(
  { id, bus }: { id: string; bus?: string | undefined },
  { history, invocations: journal }: EventPathNeeds,
): EventPath | undefined {
  const trace = history.show(id, { bus });
  if (!trace) return undefined;
  const requestIds = new Set(
    trace.deliveries.flatMap(({ attempts }) => attempts.map((attempt) => attempt.invocationRequestId)),
  );
  const invocations = [...requestIds]
    .map((requestId) => (requestId === undefined ? undefined : journal.show(requestId)))
    .filter((record) => record !== undefined)
    .map((record) => ({ ...record, ledTo: ledTo(record, history) }));
  return { ...trace, invocations };
}

/** An instance runs one request at a time under keys of its own, so its key and the run's time tell which calls a run made. */
function ledTo(record: InvocationRecord, history: EventHistory): EventSummary[] {
  const { accessKeyId, startedAt, endedAt } = record;
  if (accessKeyId === undefined || startedAt === undefined) return [];
  return history
    .list({ since: startedAt, limit: 1000 })
    .filter((event) => event.callerAccessKeyId === accessKeyId && (endedAt === undefined || event.time <= endedAt));
}
