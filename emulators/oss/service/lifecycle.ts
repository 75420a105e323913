/** Lifecycle rules: what a rule may say, checked as documented. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { OssError } from '../errors.ts';
import { LIFECYCLE_RULE_ID_BYTES_MAX, LIFECYCLE_RULES_MAX } from '../limits.ts';
import type { ObjectTag } from '../store/object-store.ts';
import type { DocumentKind } from './documents.ts';
import { assertTagLetters } from './tags.ts';

/** Exactly one of these. `days` after the last change; what was last changed before a day; or from a day on. */
const age = z.object({
  days: z.number().optional(),
  createdBeforeDate: z.string().optional(),
  date: z.string().optional(),
});
/** From the warmest to the coldest: objects only move on. */
export const COLDER = ['IA', 'Archive', 'ColdArchive', 'DeepColdArchive'] as const;
const transition = age.extend({ storageClass: z.enum(COLDER) });

const tag = z.object({ key: z.string(), value: z.string() });

const lifecycleRule = z.object({
  id: z.string(),
  prefix: z.string(),
  isEnabled: z.boolean(),
  expiration: age.optional(),
  transitions: z.array(transition),
  abortMultipartUpload: age.optional(),
  /** Only objects that have all of these. */
  tags: z.array(tag).optional(),
  /** Objects below it are left out; with `notTag`, those of them that have it. */
  notPrefix: z.string().optional(),
  notTag: tag.optional(),
  largerThanBytes: z.number().optional(),
  smallerThanBytes: z.number().optional(),
});
const lifecycleDocument = z.object({ rules: z.array(lifecycleRule) });

export type Age = z.output<typeof age>;
export type LifecycleRule = z.output<typeof lifecycleRule>;
export type LifecycleDocument = z.output<typeof lifecycleDocument>;
export const LIFECYCLE: DocumentKind<LifecycleDocument> = { kind: 'lifecycle', schema: lifecycleDocument };

/** A rule as somebody wrote it, not looked at yet. */
export interface LifecycleRuleDraft {
  id?: string | undefined;
  prefix: string;
  isEnabled: boolean;
  expiration?: Age | undefined;
  transitions?: readonly (Age & { storageClass: string })[] | undefined;
  abortMultipartUpload?: Age | undefined;
  tags?: readonly ObjectTag[] | undefined;
  notPrefix?: string | undefined;
  notTag?: ObjectTag | undefined;
  largerThanBytes?: number | undefined;
  smallerThanBytes?: number | undefined;
}

export function checkLifecycle(
  drafts: readonly LifecycleRuleDraft[],
  { allowOverlap }: { allowOverlap: boolean },
): LifecycleDocument {
  // UNVERIFIED OSS-072: the code and wording of a configuration with no rule, or with too many.
  if (drafts.length === 0 || drafts.length > LIFECYCLE_RULES_MAX)
    throw invalid(`A lifecycle configuration has 1 to ${LIFECYCLE_RULES_MAX} rules, not ${drafts.length}.`);
  const rules = drafts.map(checkRule);
  assertUniqueIds(rules);
  if (!allowOverlap) assertNoOverlap(rules);
  return { rules };
}

function checkRule(draft: LifecycleRuleDraft, index: number): LifecycleRule {
  const { expiration, abortMultipartUpload, transitions = [], tags = [], notPrefix } = draft;
  if (!expiration && !abortMultipartUpload && transitions.length === 0)
    throw invalid('At least one action needs to be specified in a rule.');
  if (expiration) assertAge(expiration, 'Expiration');
  if (abortMultipartUpload) assertAge(abortMultipartUpload, 'AbortMultipartUpload');
  const checked = transitions.map(({ storageClass, ...given }) => {
    assertAge(given, 'Transition');
    return { ...given, storageClass: toColder(storageClass) };
  });
  assertOneMeasure(expiration, checked);
  assertOrder(expiration, checked);
  assertTagLetters(tags);
  if (draft.notTag) assertTagLetters([draft.notTag]);
  // ali-oss 6.23 source: an upload has no tags that a rule could ask for. UNVERIFIED OSS-170: the refusal's wording.
  if (tags.length > 0 && abortMultipartUpload) throw invalid('Tag cannot be used with AbortMultipartUpload.');
  assertFilter(draft);
  return {
    id: draft.id || generatedId(draft, index),
    prefix: draft.prefix,
    isEnabled: draft.isEnabled,
    transitions: checked,
    ...(expiration ? { expiration } : {}),
    ...(abortMultipartUpload ? { abortMultipartUpload } : {}),
    ...(tags.length > 0 ? { tags: [...tags] } : {}),
    ...(notPrefix === undefined ? {} : { notPrefix }),
    ...(draft.notTag ? { notTag: draft.notTag } : {}),
    ...(draft.largerThanBytes === undefined ? {} : { largerThanBytes: draft.largerThanBytes }),
    ...(draft.smallerThanBytes === undefined ? {} : { smallerThanBytes: draft.smallerThanBytes }),
  };
}

function assertFilter({ prefix, notPrefix, notTag, largerThanBytes = 0, smallerThanBytes }: LifecycleRuleDraft): void {
  const isNoRest = !notTag && notPrefix === prefix;
  if (notPrefix !== undefined && (isNoRest || !notPrefix.startsWith(prefix)))
    throw invalid('The Prefix of Not must lie below the prefix of its rule.');
  // UNVERIFIED OSS-173: how sizes are refused that leave nothing over.
  if (largerThanBytes < 0 || (smallerThanBytes !== undefined && smallerThanBytes <= largerThanBytes))
    throw invalid('ObjectSizeLessThan must be more than ObjectSizeGreaterThan.');
}

/** The same rule in the same place keeps its name. */
function generatedId(draft: LifecycleRuleDraft, index: number): string {
  return createHash('sha256')
    .update(JSON.stringify([index, draft]))
    .digest('hex')
    .slice(0, 32);
}

function assertAge({ days, createdBeforeDate, date }: Age, action: string): void {
  const given = [days, createdBeforeDate, date].filter((value) => value !== undefined);
  if (given.length !== 1) throw invalid(`${action} needs exactly one of Days, CreatedBeforeDate and Date.`);
  if (days !== undefined && !(Number.isSafeInteger(days) && days > 0))
    throw invalid(`'Days' for ${action} action must be a positive integer`);
  const day = createdBeforeDate ?? date;
  if (day !== undefined && !isMidnight(day)) throw invalid(`'Date' must be at midnight GMT`);
}

function isMidnight(text: string): boolean {
  const ms = Date.parse(text);
  return /^\d{4}-\d\d-\d\dT00:00:00(\.000)?Z$/.test(text) && !Number.isNaN(ms) && text.startsWith(isoDay(ms));
}

/** JavaScript turns the 31st of February into the 3rd of March. */
function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function toColder(storageClass: string): (typeof COLDER)[number] {
  const found = COLDER.find((colder) => colder === storageClass);
  if (!found) throw invalid(`A transition to the storage class ${storageClass} is not possible.`);
  return found;
}

type Transition = LifecycleRule['transitions'][number];

function assertOneMeasure(expiration: Age | undefined, transitions: readonly Transition[]): void {
  const byDays = (expiration ?? transitions[0])?.days !== undefined;
  for (const { days, storageClass } of transitions)
    if ((days !== undefined) !== byDays)
      throw new OssError('InvalidRequest', {
        message: `Found mixed CreatedBeforeDate and Days based Expiration and Transition for StorageClass ${storageClass} actions`,
        ec: '0014-00000080',
      });
}

/** Colder classes come later, and the end last. */
function assertOrder(expiration: Age | undefined, transitions: readonly Transition[]): void {
  const inOrder = [...transitions].sort((a, b) => COLDER.indexOf(a.storageClass) - COLDER.indexOf(b.storageClass));
  for (const [index, { storageClass, days }] of inOrder.entries()) {
    const next = inOrder[index + 1];
    if (next?.storageClass === storageClass)
      throw invalid(`A rule has one transition to ${storageClass}, and no second one.`);
    if (next?.days !== undefined && days !== undefined && next.days <= days)
      throw invalid(
        `Days in the Transition action for StorageClass ${next.storageClass} must be more than those for ${storageClass}`,
      );
    if (expiration?.days !== undefined && days !== undefined && expiration.days <= days)
      throw invalid('Days in the Expiration action must be more than those in the Transition action');
  }
}

function assertUniqueIds(rules: readonly LifecycleRule[]): void {
  const seen = new Set<string>();
  for (const { id } of rules) {
    if (Buffer.byteLength(id) > LIFECYCLE_RULE_ID_BYTES_MAX)
      throw invalid(`The ID of a rule has at most ${LIFECYCLE_RULE_ID_BYTES_MAX} bytes.`);
    if (seen.has(id)) throw invalid('Rule ID must be unique. Found same ID for more than one rule');
    seen.add(id);
  }
}

/**
 * One prefix at or below another, for the same action. Sorted, the prefixes of a prefix stand on the way to it.
 * UNVERIFIED OSS-171: rules that ask for different tags do not overlap, though one object may have both.
 */
function assertNoOverlap(rules: readonly LifecycleRule[]): void {
  const alike = new Map<string, { action: string; prefixes: string[] }>();
  for (const rule of rules)
    for (const action of actionsOf(rule)) {
      const name = JSON.stringify([action, tagNames(rule)]);
      const group = alike.get(name) ?? { action, prefixes: [] };
      alike.set(name, group);
      group.prefixes.push(rule.prefix);
    }
  for (const { action, prefixes } of alike.values()) {
    prefixes.sort();
    for (const [index, prefix] of prefixes.entries())
      if (prefixes[index + 1]?.startsWith(prefix)) throw invalid(`Overlap for same action type ${action}`);
  }
}

function tagNames({ tags = [] }: LifecycleRule): string[] {
  return tags.map(({ key, value }) => JSON.stringify([key, value])).sort();
}

function actionsOf({ expiration, transitions, abortMultipartUpload }: LifecycleRule): string[] {
  return [
    ...(expiration ? ['Expiration'] : []),
    ...(abortMultipartUpload ? ['AbortMultipartUpload'] : []),
    ...transitions.map(({ storageClass }) => `Transition for StorageClass ${storageClass}`),
  ];
}

function invalid(message: string): OssError {
  return new OssError('InvalidArgument', { message });
}
