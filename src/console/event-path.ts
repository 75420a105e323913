/** One event with its whole path: what matched, what did not and why, deliveries, the invocations they made, and what those led to. */
import type { Denial, DenialLog } from '../ports/access-decider.ts';
import type { EventHistory, EventSummary } from '../ports/event-history.ts';
import type { EventPath } from '../ports/event-path.ts';
import type { InvocationJournal, InvocationRecord } from '../ports/invocation-journal.ts';

export interface EventPathNeeds {
  history: EventHistory;
  invocations: InvocationJournal;
  denials: DenialLog;
}

/** So many of the refusals that are kept are looked through, and so many of a run shown. */
const DENIALS_LOOKED_AT = 1000;
const REFUSED_MAX = 10;

export function eventPath(
  { id, bus }: { id: string; bus?: string | undefined },
  { history, invocations: journal, denials }: EventPathNeeds,
): EventPath | undefined {
  const trace = history.show(id, { bus });
  if (!trace) return undefined;
  const requestIds = new Set(
    trace.deliveries.flatMap(({ attempts }) => attempts.map((attempt) => attempt.invocationRequestId)),
  );
  const invocations = [...requestIds]
    .map((requestId) => (requestId === undefined ? undefined : journal.show(requestId)))
    .filter((record) => record !== undefined)
    .map((record) => ({ ...record, ledTo: ledTo(record, history), refused: refused(record, denials) }));
  return { ...trace, invocations };
}

function refused(record: InvocationRecord, denials: DenialLog): Denial[] {
  const { accessKeyId, startedAt, endedAt } = record;
  if (accessKeyId === undefined || startedAt === undefined) return [];
  const isOfRun = ({ principal, at }: Denial) =>
    'accessKeyId' in principal &&
    principal.accessKeyId === accessKeyId &&
    at >= startedAt &&
    (endedAt === undefined || at <= endedAt);
  return denials.list(DENIALS_LOOKED_AT).filter(isOfRun).slice(0, REFUSED_MAX);
}

/** An instance runs one request at a time under keys of its own, so its key and the run's time tell which calls a run made. */
function ledTo(record: InvocationRecord, history: EventHistory): EventSummary[] {
  const { accessKeyId, startedAt, endedAt } = record;
  if (accessKeyId === undefined || startedAt === undefined) return [];
  return history
    .list({ since: startedAt, limit: 1000 })
    .filter((event) => event.callerAccessKeyId === accessKeyId && (endedAt === undefined || event.time <= endedAt));
}
