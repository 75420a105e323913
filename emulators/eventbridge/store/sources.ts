/** Keeps event sources that users made: what they are, and for timers when they are due next. */
import type { Database } from '../../../src/kernel/database.ts';

export interface SourceRow {
  name: string;
  bus: string;
  description: string;
  createdAtMs: number;
  config: SourceConfig;
}

/** `custom` is a name alone: its events come through PutEvents. */
export type SourceConfig = { kind: 'custom' } | WebhookConfig | ScheduleConfig;

export interface WebhookConfig {
  kind: 'webhook';
  type: string;
  methods: string[];
  security: 'none' | 'ip' | 'referer';
  ips: string[];
  referers: string[];
  /** What its URL has instead of a signature. */
  token: string;
}

export interface ScheduleConfig {
  kind: 'schedule';
  /** Six cron fields, or seconds. */
  schedule: string;
  timeZone: string;
  userData: string | undefined;
  /** Kernel time of the next event. */
  nextAtMs: number;
  /** Events so far. */
  fired: number;
}

/** Writes only inside the database's open transaction. */
export interface SourceStore {
  get(name: string): SourceRow | undefined;
  byToken(token: string): SourceRow | undefined;
  /** In the order of their names. */
  list(): SourceRow[];
  put(source: SourceRow): void;
  remove(name: string): void;
  clear(): void;
}

export function openSourceStore(database: Database): SourceStore {
  const sources = database.table<SourceRow>('eventbridge.sources');
  const byToken = database.table<string>('eventbridge.webhook-tokens');
  const list = () => [...sources.range()].map(({ value }) => value);

  function remove(name: string): void {
    const source = sources.get(name);
    if (source?.config.kind === 'webhook') byToken.remove(source.config.token);
    sources.remove(name);
  }

  return {
    get: (name) => sources.get(name),
    byToken(token) {
      const name = byToken.get(token);
      return name === undefined ? undefined : sources.get(name);
    },
    list,
    put(source) {
      remove(source.name);
      sources.put(source.name, source);
      if (source.config.kind === 'webhook') byToken.put(source.config.token, source.name);
    },
    remove,
    clear() {
      for (const { name } of list()) remove(name);
    },
  };
}
