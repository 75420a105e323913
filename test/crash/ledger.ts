/** What writers began and what they were told: all that must hold after a kill. */
import { SHAPES, type Version } from './versions.ts';

export const BUCKET = 'crash-objects';
/** With versioning. */
export const VERSIONED = 'crash-versions';
export const WRITERS = 8;

/** What is known of one key. Each key has one writer, so its versions follow one another. */
export interface KeyState {
  key: string;
  /** Last version begun. */
  begun: number;
  /** Last version acknowledged; 0: none yet. */
  acknowledged: number;
  /** Begun, and cut off before an answer came: it may be there or not, but not in part. */
  doubtful: number | undefined;
}

/** What is known of one key in the bucket with versioning. */
export interface VersionedState {
  key: string;
  begun: number;
  /** Acknowledged and not removed, in the order of their making; the number is undefined for a delete marker. */
  versions: { versionId: string; number: number | undefined }[];
  /** A version or marker begun without an answer. */
  doubtful: { number: number | undefined } | undefined;
  /** A removal begun without an answer. */
  doubtfulRemoval: string | undefined;
}

export interface Ledger {
  keys: KeyState[];
  versioned: VersionedState[];
  /** Request ids of acknowledged changes, which are the ids of their events; and what they tell of. */
  acknowledgedEvents: Map<string, string>;
  /** Marks of all changes that were ever begun. */
  begun: Set<string>;
  flaws: string[];
}

export function newLedger(): Ledger {
  const keys = SHAPES.flatMap((shape) =>
    Array.from({ length: WRITERS }, (_, index): KeyState => {
      return { key: `${shape}/w${index}/k`, begun: 0, acknowledged: 0, doubtful: undefined };
    }),
  );
  const versioned = Array.from({ length: WRITERS }, (_, index): VersionedState => {
    const key = `${index % 2 === 0 ? 'small' : 'large'}/w${index}/v`;
    return { key, begun: 0, versions: [], doubtful: undefined, doubtfulRemoval: undefined };
  });
  return { keys, versioned, acknowledgedEvents: new Map(), begun: new Set(), flaws: [] };
}

/** What an event of this version tells. */
export const markOf = ({ key, etag }: Pick<Version, 'key' | 'etag'>) => `${key} ${etag}`;
/** What the event of its removal tells. */
export const removalOf = ({ key, etag }: Pick<Version, 'key' | 'etag'>) => `${key} -${etag}`;
