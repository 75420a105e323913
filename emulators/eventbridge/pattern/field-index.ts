/** All conditions on one field: from the field's value straight to those that it meets. */
import type { Access } from './access.ts';
import { accessesOf } from './access.ts';
import type { AffixTrie } from './affix-trie.ts';
import { createAffixTrie } from './affix-trie.ts';
import type { FieldCondition, Scalar } from './compiled-pattern.ts';
import { isScalar, isScalarArray, meetsScalar } from './evaluate.ts';
import type { Interval } from './interval-tree.ts';
import { createIntervalTree } from './interval-tree.ts';
import { isNumber, textOf } from './numbers.ts';

/** A condition that rules share. What it found in the current match is kept on it, stamped with the match's number. */
export interface SharedCondition {
  readonly field: FieldCondition;
  /** How many rules ask it, in whatever way. */
  users: number;
  /** The match in which `isMet` was found out. */
  checkedIn: number;
  isMet: boolean;
}

/** The state of one match, passed down so that nothing is allocated per condition. */
export interface MatchRun {
  readonly number: number;
  readonly met: SharedCondition[];
  /** Conditions tried and nodes looked at: what the growth tests count. */
  steps: number;
}

export interface FieldIndex {
  add(condition: SharedCondition): void;
  delete(condition: SharedCondition): void;
  /** How much work, at a guess, comes with being found here: few neighbours are best. */
  crowd(field: FieldCondition): number;
  /** Puts every condition the value meets into `run.met`, once. */
  collect(value: unknown, run: MatchRun): void;
  readonly isEmpty: boolean;
}

/** In conditions tried: a range costs a walk down its tree; a scan is tried by every event, so anything else is better. */
const AFFIX_COST = 1;
const RANGE_COST = 16;
const SCAN_COST = 1_000_000;

type Bucket = Set<SharedCondition>;

export function createFieldIndex(): FieldIndex {
  const places = createPlaces();
  const members = new Map<SharedCondition, readonly Interval<SharedCondition>[]>();
  return {
    add(condition) {
      const accesses = accessesOf(condition.field);
      const intervals = accesses.flatMap((access) =>
        access.by === 'range' ? [{ low: access.low, high: access.high, value: condition }] : [],
      );
      for (const interval of intervals) places.ranges.add(interval);
      for (const access of accesses) bucketFor(places, access)?.add(condition);
      members.set(condition, intervals);
    },
    delete(condition) {
      for (const interval of members.get(condition) ?? []) places.ranges.delete(interval);
      for (const access of accessesOf(condition.field)) leave(places, access, condition);
      members.delete(condition);
    },
    crowd: (field) => crowdIn(places, field),
    collect(value, run) {
      if (value === undefined) return;
      if (isScalar(value)) collectScalar(places, value, run);
      else if (Array.isArray(value) && isScalarArray(value)) for (const item of value) collectScalar(places, item, run);
    },
    get isEmpty() {
      return members.size === 0;
    },
  };
}

/** The crowd of a field that has no index yet. */
export function crowdOfNew(field: FieldCondition): number {
  return crowdIn(NOWHERE, field);
}

interface Places {
  readonly exact: Map<string, Bucket>;
  readonly nulls: Bucket;
  readonly prefix: AffixTrie<Bucket>;
  readonly suffix: AffixTrie<Bucket>;
  readonly ranges: ReturnType<typeof createIntervalTree<SharedCondition>>;
  readonly scans: Bucket;
}

function createPlaces(): Places {
  return {
    exact: new Map(),
    nulls: new Set(),
    prefix: createAffixTrie({ fromEnd: false }),
    suffix: createAffixTrie({ fromEnd: true }),
    ranges: createIntervalTree(),
    scans: new Set(),
  };
}

const NOWHERE = createPlaces();

function crowdIn(places: Places, field: FieldCondition): number {
  return accessesOf(field).reduce((sum, access) => sum + crowdAt(places, access), 0);
}

function bucketFor(places: Places, access: Access): Bucket | undefined {
  switch (access.by) {
    case 'exact': {
      const bucket = places.exact.get(access.text) ?? new Set();
      places.exact.set(access.text, bucket);
      return bucket;
    }
    case 'null':
      return places.nulls;
    case 'prefix':
    case 'suffix':
      return places[access.by].ensure(access.text, () => new Set());
    case 'scan':
      return places.scans;
    case 'range':
      return undefined;
    default:
      return access satisfies never;
  }
}

function existingBucket(places: Places, access: Access): Bucket | undefined {
  if (access.by === 'exact') return places.exact.get(access.text);
  if (access.by === 'prefix' || access.by === 'suffix') return places[access.by].get(access.text);
  return access.by === 'null' ? places.nulls : access.by === 'scan' ? places.scans : undefined;
}

function leave(places: Places, access: Access, condition: SharedCondition): void {
  const bucket = existingBucket(places, access);
  bucket?.delete(condition);
  if (bucket?.size !== 0) return;
  if (access.by === 'exact') places.exact.delete(access.text);
  if (access.by === 'prefix' || access.by === 'suffix') places[access.by].delete(access.text);
}

function crowdAt(places: Places, access: Access): number {
  if (access.by === 'scan') return SCAN_COST;
  if (access.by === 'range') return RANGE_COST;
  return (
    (existingBucket(places, access)?.size ?? 0) + (access.by === 'prefix' || access.by === 'suffix' ? AFFIX_COST : 0)
  );
}

function collectScalar(places: Places, value: Scalar, run: MatchRun): void {
  const bucket = value === null ? places.nulls : places.exact.size > 0 ? places.exact.get(textOf(value)) : undefined;
  if (bucket) for (const condition of bucket) confirm(condition, run);

  if (typeof value === 'string') collectAffixes(places, value, run);
  else if (isNumber(value) && places.ranges.size > 0) {
    const found: SharedCondition[] = [];
    run.steps += places.ranges.stab(Number(value), found);
    for (const condition of found) tryOut(condition, value, run);
  }
  for (const condition of places.scans) tryOut(condition, value, run);
}

function collectAffixes(places: Places, value: string, run: MatchRun): void {
  if (places.prefix.isEmpty && places.suffix.isEmpty) return;
  const found: Bucket[] = [];
  places.prefix.collect(value, found);
  places.suffix.collect(value, found);
  for (const bucket of found) for (const condition of bucket) tryOut(condition, value, run);
}

function tryOut(condition: SharedCondition, value: Scalar, run: MatchRun): void {
  run.steps += 1;
  if (condition.checkedIn !== run.number && meetsScalar(condition.field, value)) confirm(condition, run);
}

/** In this phase a condition is only ever stamped as met, so the stamp alone says it is already in the list. */
function confirm(condition: SharedCondition, run: MatchRun): void {
  run.steps += 1;
  if (condition.checkedIn === run.number) return;
  condition.checkedIn = run.number;
  condition.isMet = true;
  run.met.push(condition);
}
