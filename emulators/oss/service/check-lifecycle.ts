/** Looks lifecycle rules over as they are written, each by itself and all together. */
import { createHash } from 'node:crypto';
import { LIFECYCLE_RULE_ID_BYTES_MAX, LIFECYCLE_RULES_MAX } from '../limits.ts';
import type { LifecycleDocument, LifecycleRule, LifecycleRuleDraft } from './lifecycle.ts';
import {
  assertAge,
  assertExpiration,
  assertNoncurrent,
  assertOneMeasure,
  assertOrder,
  invalid,
  toColder,
} from './lifecycle-ages.ts';
import { assertTagLetters } from './tags.ts';

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
  const { prefix, isEnabled, transitions = [], noncurrentTransitions = [], tags = [] } = draft;
  assertActions(draft);
  const checked = transitions.map((one) => {
    assertAge(one, 'Transition');
    return { ...one, storageClass: toColder(one.storageClass) };
  });
  const noncurrent = noncurrentTransitions.map((one) => ({ ...one, storageClass: toColder(one.storageClass) }));
  const { expiration, noncurrentExpiration, abortMultipartUpload, notPrefix, notTag } = draft;
  assertOneMeasure(expiration, checked);
  assertOrder(expiration?.days, checked);
  assertNoncurrent(noncurrentExpiration, noncurrent);
  assertTagLetters(tags);
  if (notTag) assertTagLetters([notTag]);
  // ali-oss 6.23 source: an upload has no tags that a rule could ask for. UNVERIFIED OSS-170: the refusal's wording.
  if (tags.length > 0 && abortMultipartUpload) throw invalid('Tag cannot be used with AbortMultipartUpload.');
  assertFilter(draft);
  return {
    id: draft.id || generatedId(draft, index),
    ...{ prefix, isEnabled, transitions: checked },
    ...(expiration ? { expiration } : {}),
    ...(noncurrentExpiration ? { noncurrentExpiration } : {}),
    ...(noncurrent.length > 0 ? { noncurrentTransitions: noncurrent } : {}),
    ...(abortMultipartUpload ? { abortMultipartUpload } : {}),
    ...(tags.length > 0 ? { tags: [...tags] } : {}),
    ...(notPrefix === undefined ? {} : { notPrefix }),
    ...(notTag ? { notTag } : {}),
    ...(draft.largerThanBytes === undefined ? {} : { largerThanBytes: draft.largerThanBytes }),
    ...(draft.smallerThanBytes === undefined ? {} : { smallerThanBytes: draft.smallerThanBytes }),
  };
}

function assertActions(draft: LifecycleRuleDraft): void {
  const { expiration, abortMultipartUpload, noncurrentExpiration } = draft;
  const { transitions = [], noncurrentTransitions = [] } = draft;
  const isIdle = !expiration && !abortMultipartUpload && !noncurrentExpiration;
  if (isIdle && transitions.length + noncurrentTransitions.length === 0)
    throw invalid('At least one action needs to be specified in a rule.');
  if (expiration) assertExpiration(expiration);
  if (abortMultipartUpload) assertAge(abortMultipartUpload, 'AbortMultipartUpload');
}

/** The same rule in the same place keeps its name. */
function generatedId(draft: LifecycleRuleDraft, index: number): string {
  return createHash('sha256')
    .update(JSON.stringify([index, draft]))
    .digest('hex')
    .slice(0, 32);
}

function assertFilter(draft: LifecycleRuleDraft): void {
  const { prefix, notPrefix, notTag, largerThanBytes = 0, smallerThanBytes } = draft;
  const isNoRest = !notTag && notPrefix === prefix;
  if (notPrefix !== undefined && (isNoRest || !notPrefix.startsWith(prefix)))
    throw invalid('The Prefix of Not must lie below the prefix of its rule.');
  // UNVERIFIED OSS-173: how sizes are refused that leave nothing over.
  if (largerThanBytes < 0 || (smallerThanBytes !== undefined && smallerThanBytes <= largerThanBytes))
    throw invalid('ObjectSizeLessThan must be more than ObjectSizeGreaterThan.');
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

function actionsOf(rule: LifecycleRule): string[] {
  const { expiration, transitions, noncurrentExpiration, noncurrentTransitions = [], abortMultipartUpload } = rule;
  return [
    ...(expiration ? ['Expiration'] : []),
    ...(abortMultipartUpload ? ['AbortMultipartUpload'] : []),
    ...(noncurrentExpiration ? ['NoncurrentVersionExpiration'] : []),
    ...transitions.map(({ storageClass }) => `Transition for StorageClass ${storageClass}`),
    ...noncurrentTransitions.map(({ storageClass }) => `NoncurrentVersionTransition for StorageClass ${storageClass}`),
  ];
}
