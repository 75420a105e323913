/** Whether an object may be put where there may be one already: asked by every operation that puts a whole object. */
import { z } from 'zod';
import type { Principal } from '../../../src/kernel/principal.ts';
import { OssError } from '../errors.ts';
import type { ObjectRecord, ObjectRef, ObjectStore } from '../store/object-store.ts';
import { type DocumentKind, documentOf } from './documents.ts';
import type { Origin } from './facts.ts';
import { assertMutable, replacedBy } from './immutable.ts';

const overwriteRule = z.object({
  id: z.string(),
  prefix: z.string(),
  suffix: z.string(),
  /** Ids of accounts and users; none is everybody. */
  principals: z.array(z.string()),
});
const overwriteRules = z.object({ rules: z.array(overwriteRule) });
export type OverwriteRules = z.output<typeof overwriteRules>;
export const OVERWRITE: DocumentKind<OverwriteRules> = { kind: 'overwriteConfig', schema: overwriteRules };

export interface Overwrite {
  ref: ObjectRef;
  current: ObjectRecord | undefined;
  /** The request itself says so. */
  isForbidden: boolean;
  origin: Origin;
}

export function assertMayPut(store: ObjectStore, { ref, current, isForbidden, origin }: Overwrite): void {
  assertMutable(store, replacedBy(store, ref, current), { nowMs: origin.atMs });
  if (isForbidden || (current && isForbiddenByRule(store, ref, origin.principal))) assertAbsent(store, ref, current);
}

/** Help pages "PutObject" and "PutBucketOverwriteConfig": where versioning was ever set nothing is overwritten, and neither counts. */
function assertAbsent(store: ObjectStore, { bucket, key }: ObjectRef, current: ObjectRecord | undefined): void {
  if (current && store.getBucket(bucket)?.versioning === undefined) throw new OssError('FileAlreadyExists', { key });
}

function isForbiddenByRule(store: ObjectStore, { bucket, key }: ObjectRef, principal: Principal): boolean {
  const rules = documentOf(store, OVERWRITE, bucket)?.rules ?? [];
  return rules.some(
    ({ prefix, suffix, principals }) =>
      key.startsWith(prefix) &&
      key.endsWith(suffix) &&
      (principals.length === 0 || idsOf(principal).some((id) => principals.includes(id))),
  );
}

/** UNVERIFIED OSS-198: a role is named by its id. */
function idsOf(principal: Principal): string[] {
  switch (principal.type) {
    case 'anonymous':
      return [];
    case 'account':
      return [principal.accountId];
    case 'user':
      return [principal.userId];
    case 'role':
      return [principal.roleId];
  }
}
