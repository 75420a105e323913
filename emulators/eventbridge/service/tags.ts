/** Tags of event streamings. */
import type { Database } from '../../../src/kernel/database.ts';
import { EventBridgeError } from '../errors.ts';
import { TAG_CHARACTERS_MAX, TAGS_MAX } from '../limits.ts';
import type { EventBridgeStore } from '../store/store.ts';
import { streamingName } from './names.ts';

export type Tags = Readonly<Record<string, string>>;

export interface TagService {
  /** Adds tags, or replaces those of the same keys. */
  add(streamings: readonly string[], tags: Tags): Promise<void>;
  /** Without keys, all of them. */
  remove(streamings: readonly string[], keys: readonly string[] | undefined): Promise<void>;
  list(streamings: readonly string[]): { streaming: string; key: string; value: string }[];
}

export function createTagService({
  database,
  store: { streamings },
}: {
  database: Database;
  store: Pick<EventBridgeStore, 'streamings'>;
}): TagService {
  function require(name: string) {
    const row = streamings.get(streamingName(name));
    if (!row) throw new EventBridgeError('ResourceNotExist', { name });
    return row;
  }

  return {
    add(names, tags) {
      return database.transact(() => {
        for (const row of names.map(require)) {
          const all = { ...row.tags, ...tags };
          checkTags(all);
          streamings.put({ ...row, tags: all });
        }
      });
    },
    remove(names, keys) {
      return database.transact(() => {
        for (const row of names.map(require)) {
          const left = Object.entries(row.tags).filter(([key]) => keys !== undefined && !keys.includes(key));
          streamings.put({ ...row, tags: Object.fromEntries(left) });
        }
      });
    },
    list: (names) =>
      names
        .map(require)
        .flatMap(({ name: streaming, tags }) =>
          Object.entries(tags).map(([key, value]) => ({ streaming, key, value })),
        ),
  };
}

/** `@alicloud/eventbridge20200401` source: at most 20. */
export function checkTags(tags: Tags): void {
  const entries = Object.entries(tags);
  if (entries.length > TAGS_MAX)
    throw new EventBridgeError('TagCountExceedLimit', { count: entries.length, limit: TAGS_MAX });
  const long = entries.find(([key, value]) => key === '' || Math.max(key.length, value.length) > TAG_CHARACTERS_MAX);
  if (long)
    throw new EventBridgeError('InvalidArgument', {
      message: `The tag "${long[0].slice(0, 50)}" is not valid: its key and its value have 1 and 0 to ${TAG_CHARACTERS_MAX} characters.`,
    });
}
