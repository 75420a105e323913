/** Asks the policy of a bucket about a caller, and reads one that is put. */
import type { Principal } from '../../../src/kernel/principal.ts';
import { type CompiledPolicy, compilePolicy, evaluateFor, isPublic } from '../../../src/policy/ram-policy.ts';
import type { AccessDecision } from '../../../src/ports/access-decider.ts';
import { OssError } from '../errors.ts';
import { type BucketPolicy, POLICY } from '../service/bucket-policy.ts';
import { documentOf } from '../service/documents.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { assertMd5 } from './xml-body.ts';

export interface PolicyQuestion {
  bucket: string;
  principal: Principal;
  action: string;
  resource: string;
  context(): Readonly<Record<string, string>>;
}

/** Undefined where the bucket has none. */
export function askBucketPolicy(store: ObjectStore, question: PolicyQuestion): AccessDecision | undefined {
  const { bucket, principal, action, resource } = question;
  const document = documentOf(store, POLICY, bucket);
  if (!document) return undefined;
  const asked = { action, resource, context: question.context() };
  const { effect, statement } = evaluateFor(compiled(document, bucket), namesOf(principal), asked);
  const said = `${action} on ${resource}`;
  if (!statement)
    return { effect, statement, reason: `No statement of the policy of bucket ${bucket} is about ${said}.` };
  const verb = effect === 'allow' ? 'allows' : 'denies';
  return {
    effect,
    statement,
    reason: `Statement ${statement.index} of the policy of bucket ${bucket} ${verb} ${said}.`,
  };
}

/** Throws for what is no policy. The text is kept as it is. */
export function readBucketPolicy(bytes: Uint8Array, headers: Readonly<Record<string, string>>): BucketPolicy {
  assertMd5(bytes, headers['content-md5']);
  const text = Buffer.from(bytes).toString('utf8');
  const answer = compilePolicy({ name: 'the bucket policy', type: 'Bucket', document: text });
  // UNVERIFIED OSS-076: the code and wording for a policy that is none.
  if (!answer.ok) throw new OssError('InvalidPolicyDocument', { message: answer.problems.join(' ') });
  return { text };
}

/** UNVERIFIED OSS-079: public is a policy that allows something to everybody, on no condition. */
export function isPublicPolicy(policy: BucketPolicy, bucket: string): boolean {
  return isPublic(compiled(policy, bucket));
}

const known = new WeakMap<BucketPolicy, CompiledPolicy>();

function compiled(document: BucketPolicy, bucket: string): CompiledPolicy {
  const found = known.get(document);
  if (found) return found;
  const answer = compilePolicy({ name: `the policy of bucket ${bucket}`, type: 'Bucket', document: document.text });
  if (!answer.ok) throw new Error(`The policy kept for bucket ${bucket} is none: ${answer.problems.join(' ')}`);
  known.set(document, answer.policy);
  return answer.policy;
}

/** How a policy names the caller. Help page "Bucket policies": accounts and users by their id, sessions by their ARN. */
function namesOf(principal: Principal): string[] {
  switch (principal.type) {
    case 'anonymous':
      return [];
    case 'account':
      return [principal.accountId];
    case 'user':
      return [principal.userId];
    case 'role':
      return [`arn:sts::${principal.accountId}:assumed-role/${principal.roleName}/${principal.sessionName}`];
  }
}
