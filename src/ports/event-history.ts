/** Port: what became of events. Answered by the EventBridge room; asked by the admin API, the CLI and tests. */

export interface EventSummary {
  id: string;
  source: string;
  type: string;
  subject: string | undefined;
  bus: string;
  /** ISO, kernel time. */
  time: string;
  matchedRules: string[];
  deliveries: number;
  /** The key that signed the call this event tells of: joins what a function did to its run. */
  callerAccessKeyId: string | undefined;
}

export interface EventQuery {
  bus?: string | undefined;
  source?: string | undefined;
  type?: string | undefined;
  subject?: string | undefined;
  /** ISO time: events published at or after it. */
  since?: string | undefined;
  limit?: number | undefined;
}

/** One event with its whole path. */
export interface EventTrace {
  event: Record<string, unknown>;
  bus: string;
  publishedAt: string;
  /** The outbox fact it came from, when one of our rooms told it. */
  factId: number | undefined;
  matched: { rule: string; targets: string[] }[];
  /** Rules of the bus that did not match: the first path that failed, what was wanted, what was there. */
  unmatched: { rule: string; reason: string; failures: { path: string; wanted: unknown; found: unknown }[] }[];
  deliveries: DeliveryTrace[];
}

export interface DeliveryTrace {
  id: string;
  rule: string;
  target: string;
  targetType: string;
  state: 'pending' | 'delivering' | 'retrying' | 'delivered' | 'failed' | 'dropped';
  attempts: {
    at: string;
    durationMs: number;
    ok: boolean;
    error: string | undefined;
    invocationRequestId: string | undefined;
  }[];
  /** ISO time of the next attempt, while retrying. */
  nextAttemptAt: string | undefined;
  /** Why it was dropped, or what it waits for. */
  reason: string | undefined;
}

export interface EventHistory {
  list(query: EventQuery): EventSummary[];
  show(id: string): EventTrace | undefined;
  /** Sends the event again through all rules, marked as replayed; undefined when there is no such event. */
  replay(id: string): Promise<{ id: string } | undefined>;
  testPattern(event: unknown, pattern: unknown): PatternTest;
}

export interface PatternTest {
  matched: boolean;
  failures: { path: string; wanted: unknown; found: unknown }[];
  warnings: string[];
  /** Set when the pattern itself is not valid. */
  error?: string;
}
