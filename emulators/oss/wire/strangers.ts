/** What a bucket asks of those who are not its owner: where the link stands, and that somebody pays. */
import type { Principal } from '../../../src/kernel/principal.ts';
import { queryValue, type WireRequest } from '../../../src/kernel/wire.ts';
import { compileWildcard } from '../../../src/policy/wildcard.ts';
import { OssError } from '../errors.ts';
import { REFERER, REQUEST_PAYMENT, type RefererRules } from '../service/bucket-settings.ts';
import { documentOf } from '../service/documents.ts';
import type { ObjectStore } from '../store/object-store.ts';

export interface Visit {
  bucket: string;
  principal: Principal;
  request: Pick<WireRequest, 'headers' | 'query'>;
  /** Whose buckets these are. */
  accountId: string;
}

/** Help page "Hotlink protection": only anonymous calls and signed URLs are looked at, for only these can stand in a page. */
export function assertWelcome(store: ObjectStore, visit: Visit): void {
  assertPaidFor(store, visit);
  const { bucket, request } = visit;
  if (request.headers.authorization !== undefined) return;
  const rules = documentOf(store, REFERER, bucket);
  if (rules && !isWelcome(rules, request.headers.referer ?? ''))
    throw new OssError('AccessDenied', {
      message: 'You are denied by bucket referer policy.',
      ec: '0003-00000503',
      bucket,
      reason: `The referer rules of bucket ${bucket} refuse ${request.headers.referer || 'a call without Referer'}.`,
    });
}

/** Help page "Pay-by-requester": others say that they pay, and nobody can be charged for an anonymous call. */
function assertPaidFor(store: ObjectStore, { bucket, principal, request, accountId }: Visit): void {
  if (principal.type !== 'anonymous' && principal.accountId === accountId) return;
  if (documentOf(store, REQUEST_PAYMENT, bucket)?.payer !== 'Requester') return;
  const payer = request.headers['x-oss-request-payer'] ?? queryValue(request, 'x-oss-request-payer');
  if (principal.type === 'anonymous' || payer?.toLowerCase() !== 'requester')
    throw new OssError('AccessDenied', { message: 'Access denied for requester pay bucket', bucket });
}

/** UNVERIFIED OSS-080: a pattern stands for the whole Referer; with no pattern at all everything passes. */
export function isWelcome(rules: RefererRules, referer: string): boolean {
  if (rules.allowed.length === 0 && rules.refused.length === 0) return true;
  if (referer === '') return rules.allowEmpty;
  const seen = shortened(referer, rules);
  if (rules.refused.some((pattern) => compileWildcard(pattern)(seen))) return false;
  return rules.allowed.length === 0 || rules.allowed.some((pattern) => compileWildcard(pattern)(seen));
}

function shortened(referer: string, { truncateQuery, truncatePath }: RefererRules): string {
  if (truncatePath) return /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(referer)?.[0] ?? referer;
  return truncateQuery ? referer.replace(/\?.*$/s, '') : referer;
}
