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
  id?: string | undefined;
  /** ISO time: events published at or after it. */
  since?: string | undefined;
  /** ISO time: events published before it. */
  until?: string | undefined;
  limit?: number | undefined;
}

/** One event with its whole path. */
export interface EventTrace {
  /** A number that ECMAScript has none for is a `Number` object whose text is all of its digits. */
  event: Record<string, unknown>;
  bus: string;
  /** Other buses that have an event of this id: it was forwarded, or is a dead letter there. */
  alsoOn: string[];
  publishedAt: string;
  /** The outbox fact it came from, when one of our rooms told it. */
  factId: number | undefined;
  /** It was sent again, to this rule alone. */
  onlyRule?: string | undefined;
  matched: { rule: string; targets: string[] }[];
  /** Rules of the bus that did not match: the first path that failed, what was wanted, what was there. */
  unmatched: { rule: string; reason: string; failures: PatternFailure[] }[];
  /** Of an event that no rule of its bus matched: some rules of other buses that would have. */
  elsewhere: { bus: string; rule: string }[];
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
    /** The batch it was made in, where events go as arrays: its name, its events, and the place of this one, from 1. */
    batch?: { id: string; size: number; position: number } | undefined;
  }[];
  /** ISO time of the next attempt, while retrying; of the end of the window, while a batch is gathered. */
  nextAttemptAt: string | undefined;
  /** Why it was dropped, or what it waits for. */
  reason: string | undefined;
  /** What of the event its target was to get, and was not there: as sentences. */
  notes?: string[];
}

/** One field of a pattern that an event does not meet. */
export interface PatternFailure {
  path: string;
  wanted: unknown;
  /** Undefined where nothing is; a sentence where the path leads through something that has no fields, such as an array. */
  found: unknown;
  /** All of it in words: `data.amount is "5" (a text, where numeric compares numbers alone); wanted a number > 3`. */
  reason: string;
}

export interface EventHistory {
  list(query: EventQuery): EventSummary[];
  /** On this bus, where the newest of that id; without one, on the bus where it came first. */
  show(id: string, options?: { bus?: string | undefined }): EventTrace | undefined;
  /** Sends the event again through all rules, or one of its bus, marked as replayed; undefined when there is no such event. */
  replay(id: string, options?: ReplayOptions): Promise<{ id: string } | undefined>;
  /**
   * Sends every event of the query again, the oldest first. With a rule, those that it matches; with neither
   * rule nor bus, none that was forwarded: the rules forward what it came from again.
   */
  replayAll(query: EventQuery, options?: { rule?: string | undefined }): Promise<{ id: string; replayOf: string }[]>;
  testPattern(event: unknown, pattern: unknown): PatternTest;
  /** Would this rule, or pattern, match this event; a kept event may be named by its id, a rule by bus and name. */
  testRule(given: RuleTest): PatternTest | undefined;
}

export interface ReplayOptions {
  /** To this rule alone. */
  rule?: string | undefined;
  /** The event as this bus has it. */
  bus?: string | undefined;
}

export interface RuleTest {
  event: { value: unknown } | { id: string };
  rule: { pattern: unknown } | { bus: string; name: string };
}

export interface PatternTest {
  matched: boolean;
  failures: PatternFailure[];
  warnings: string[];
  /** Set when the pattern itself is not valid. */
  error?: string;
}
