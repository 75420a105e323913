/** What the admin API tells of one event: its trace, and what became of the runs that took it. */
import type { Denial } from './access-decider.ts';
import type { EventSummary, EventTrace } from './event-history.ts';
import type { InvocationRecord } from './invocation-journal.ts';

export interface EventPath extends EventTrace {
  invocations: EventRun[];
}

export interface EventRun extends InvocationRecord {
  ledTo: EventSummary[];
  /** Calls of the run that were refused, the newest first. */
  refused: Denial[];
}
