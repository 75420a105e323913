/** Event streamings: made, changed, started and paused. One that runs is a rule of the bus it reads. */
import type { Database } from '../../../src/kernel/database.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import { EventBridgeError } from '../errors.ts';
import type { EventBridgeLimits } from '../limits.ts';
import type { Lane } from '../store/deliveries.ts';
import type { EventBridgeStore } from '../store/store.ts';
import type { StreamingRow } from '../store/streamings.ts';
import { isName, type Owner, streamingName } from './names.ts';
import { type CountedPage, pageOf } from './paging.ts';
import type { Rulebook } from './rulebook.ts';
import type { BusinessOption, StreamingParts } from './streaming-input.ts';
import { metricOf, type StreamingMetric } from './streaming-metrics.ts';
import { isMeant, type StreamingQuery } from './streaming-query.ts';
import { createStreamingRules, type StreamingRules } from './streaming-rules.ts';
import { checkTags, type Tags } from './tags.ts';

export interface StreamingInput extends StreamingParts {
  name: string;
  description: string | undefined;
  atMs: number;
}

export interface Streamings {
  create(input: StreamingInput & { tags: Tags }): Promise<void>;
  /** What is not said stays as it is. One that runs goes on with what is new. */
  update(input: StreamingInput): Promise<void>;
  get(name: string): StreamingRow;
  list(query: StreamingQuery): CountedPage<StreamingRow>;
  delete(name: string): Promise<void>;
  start(name: string): Promise<void>;
  /** What it has gathered, and what comes meanwhile, waits for its next start. */
  pause(name: string): Promise<void>;
  /** How it is charged for; what is not said stays as it is. */
  setBusinessOption(name: string, option: BusinessOption): Promise<void>;
  /** Of these, or of all. */
  metrics(names: readonly string[]): StreamingMetric[];
}

export interface StreamingNeeds {
  database: Database;
  logger: Logger;
  store: EventBridgeStore;
  rulebook: Rulebook;
  limits: EventBridgeLimits;
  owner: Owner;
  nowMs(): number;
  /** Told of every lane that may go on. */
  touch(lane: Lane): void;
}

export function createStreamings(needs: StreamingNeeds): Streamings {
  const { database, logger, store, limits, owner, nowMs } = needs;
  const rules = createStreamingRules(needs);
  const change = (name: string, work: (before: StreamingRow) => StreamingRow) =>
    database.transact(() => store.streamings.put(work(requireStreaming(store, name))));

  const hint = (name: string, ...hints: string[]) => {
    for (const each of hints) logger.warn('About an event streaming.', { streaming: name, hint: each });
  };

  async function read(name: string, parts: StreamingParts) {
    const { readStreaming } = await import('./streaming-input.ts');
    const { hints, ...parsed } = await readStreaming(parts);
    hint(name, ...hints);
    return parsed;
  }

  const get = (name: string) => withStatus(rules, requireStreaming(store, name));

  return {
    get,
    async create({ description = '', tags, atMs, ...input }) {
      const name = streamingName(input.name);
      if (!isName(name)) throw new EventBridgeError('EventStreamingNameInvalid', { name });
      checkTags(tags);
      const parsed = await read(name, input);
      await database.transact(() => {
        if (store.streamings.get(name)) throw new EventBridgeError('EventStreamingAlreadyExist', { name });
        const count = store.streamings.list().length;
        const limit = limits.streamingsMax;
        if (count >= limit) throw new EventBridgeError('EventStreamingCountExceedLimit', { count, limit });
        const made = { name, description, tags, status: 'READY' as const, rule: undefined, createdAtMs: atMs };
        store.streamings.put({ ...made, ...parsed });
      });
    },
    async update({ name, description, ...parts }) {
      const before = requireStreaming(store, name);
      const parsed = await read(before.name, {
        patternText: parts.patternText ?? before.patternText,
        source: parts.source ?? { [before.source.kind]: before.source.parameters },
        sink: parts.sink ?? { [before.sink.kind]: before.sink.parameters },
        runOptions: parts.runOptions ?? before.runOptions.sent,
        transforms: parts.transforms ?? before.transforms,
      });
      await change(name, (current) =>
        rules.follow({ ...current, ...parsed, description: description ?? current.description }),
      );
    },
    start: (name) => change(name, (before) => rules.run({ ...before, status: 'RUNNING' })),
    pause: (name) => change(name, (before) => rules.follow({ ...before, status: 'PAUSED' })),
    async setBusinessOption(name, option) {
      const { BUSINESS_OPTION_HINT, withBusinessOption } = await import('./streaming-input.ts');
      await change(name, (before) => ({ ...before, runOptions: withBusinessOption(before.runOptions, option) }));
      hint(name, BUSINESS_OPTION_HINT);
    },
    metrics(names) {
      const meant = names.length > 0 ? [...new Set(names)] : store.streamings.list().map(({ name }) => name);
      return meant.map((name) => metricOf(store, get(name), nowMs()));
    },
    async delete(name) {
      await database.transact(() => {
        const row = requireStreaming(store, name);
        rules.remove(row);
        store.streamings.remove(row.name);
      });
    },
    list(query) {
      const all = store.streamings.list().filter((row) => isMeant(owner, row, query));
      const page = pageOf(all, query, ({ name }) => name);
      return { ...page, items: page.items.map((row) => withStatus(rules, row)) };
    },
  };
}

/** Throws EventStreamingNotExisted. */
export function requireStreaming({ streamings }: Pick<EventBridgeStore, 'streamings'>, name: string): StreamingRow {
  const found = streamings.get(streamingName(name));
  if (!found) throw new EventBridgeError('EventStreamingNotExisted', { name });
  return found;
}

/** Help page "Retry policies and dead-letter queues": one that a failure blocks is READY again. */
function withStatus(rules: StreamingRules, row: StreamingRow): StreamingRow {
  return row.status === 'RUNNING' && !rules.isRunning(row) ? { ...row, status: 'READY' } : row;
}
