/** Event sources that users make: webhooks, timers, and names for what applications publish. */
import type { Database } from '../../../src/kernel/database.ts';
import type { Ids } from '../../../src/kernel/ids.ts';
import { EventBridgeError } from '../errors.ts';
import type { EventBridgeLimits } from '../limits.ts';
import { readSourceConfig, type SourceInput } from '../sources/source-input.ts';
import type { WebhookSource } from '../sources/webhook.ts';
import type { SourceRow } from '../store/sources.ts';
import type { EventBridgeStore } from '../store/store.ts';
import { requireBus } from './event-buses.ts';
import { sourceName } from './names.ts';
import { type CountedPage, type PageQuery, pageOf } from './paging.ts';

export interface NewSource {
  name: string;
  bus: string;
  description: string | undefined;
  input: SourceInput;
  atMs: number;
}

export interface EventSources {
  create(source: NewSource): Promise<SourceRow>;
  /** What is not said stays as it is. */
  update(source: Omit<NewSource, 'bus'> & { bus: string | undefined }): Promise<void>;
  delete(name: string, bus: string | undefined): Promise<void>;
  list(query: PageQuery & { namePrefix: string; bus: string | undefined }): CountedPage<SourceRow>;
  /** Throws PutEventsRequestSecurityCheckFailed. */
  ofToken(token: string): WebhookSource;
}

export interface EventSourceNeeds {
  database: Database;
  ids: Ids;
  store: Pick<EventBridgeStore, 'buses' | 'sources'>;
  limits: EventBridgeLimits;
  /** Told when a timer may be due at another moment. */
  onChange(): void;
}

const TOKEN_BYTES = 24;

export function createEventSources({ database, ids, store, limits, onChange }: EventSourceNeeds): EventSources {
  const { buses, sources } = store;
  const newToken = () => ids.hex(TOKEN_BYTES);

  function find(given: string, bus: string | undefined): SourceRow {
    const source = sources.get(given);
    if (!source || (bus !== undefined && source.bus !== bus)) throw new EventBridgeError('EventSourceNotExist');
    return source;
  }

  return {
    async create({ name: given, bus, description = '', input, atMs }) {
      const name = sourceName(given);
      const config = (await readSourceConfig(input, { before: undefined, nowMs: atMs, newToken })) ?? {
        kind: 'custom' as const,
      };
      const source = { name, bus, description, createdAtMs: atMs, config };
      await database.transact(() => {
        requireBus(buses.get, bus);
        // UNVERIFIED EVB-139: a name is one source's in the whole account, for it alone is what DeleteEventSource needs.
        if (sources.get(name)) throw new EventBridgeError('EventSourceAlreadyExist', { source: name, bus });
        const count = sources.list().length;
        if (count >= limits.sourcesMax)
          throw new EventBridgeError('EventSourceCountExceedLimit', { count, limit: limits.sourcesMax });
        sources.put(source);
      });
      onChange();
      return source;
    },
    async update({ name: given, bus, description, input, atMs }) {
      const name = sourceName(given);
      const before = find(name, bus);
      const config = await readSourceConfig(input, { before: before.config, nowMs: atMs, newToken });
      await database.transact(() => {
        const source = find(name, bus);
        sources.put({
          ...source,
          description: description ?? source.description,
          config: config ?? source.config,
        });
      });
      onChange();
    },
    async delete(given, bus) {
      const name = sourceName(given);
      await database.transact(() => {
        find(name, bus);
        sources.remove(name);
      });
      onChange();
    },
    list({ namePrefix, bus, ...query }) {
      if (bus !== undefined) requireBus(buses.get, bus);
      const all = sources
        .list()
        .filter((source) => source.name.startsWith(namePrefix) && (bus === undefined || source.bus === bus));
      return pageOf(all, query, ({ name }) => name);
    },
    ofToken(token) {
      const source = token === '' ? undefined : sources.byToken(token);
      if (source?.config.kind === 'webhook') return { ...source, config: source.config };
      throw new EventBridgeError('PutEventsRequestSecurityCheckFailed', {
        message: 'The putEvents request failed the webhook security check for token. No event source has this token.',
      });
    },
  };
}
