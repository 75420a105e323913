/** The signature of a PostObject form: over its policy as sent, by the V1 fields or the V4 ones. */
import { createHmac } from 'node:crypto';
import { hmacSha1Base64, sameSignature } from './canonical.ts';
import { OSS_V4_ALGORITHM, type OssV4Scope, readCredential } from './oss-v4.ts';
import { deriveSigningKey } from './oss-v4-signature.ts';

/** A form's fields by lower-case name. */
export type FormFields = ReadonlyMap<string, string>;

interface Claim {
  readonly accessKeyId: string;
  readonly signature: string;
  /** Base64, as sent: what is signed. */
  readonly policy: string;
  readonly securityToken: string | undefined;
}

export interface PostV1Claim extends Claim {
  readonly scheme: 'v1';
}

export interface PostV4Claim extends Claim {
  readonly scheme: 'v4';
  /** YYYYMMDDTHHMMSSZ */
  readonly date: string;
  readonly scope: OssV4Scope;
}

export type PostClaim = PostV1Claim | PostV4Claim;
/** Fields that were meant as a signature and are none: one is missing or empty, or cannot be read. */
export interface UnusablePostClaim {
  readonly scheme: undefined;
  readonly field: string;
  readonly problem: 'missing' | 'malformed';
}

const V1_FIELDS = ['OSSAccessKeyId', 'policy', 'Signature'] as const;
const V4_FIELDS = ['x-oss-credential', 'x-oss-date', 'policy', 'x-oss-signature'] as const;

/** Undefined when the form has nothing of a signature: its sender is anonymous. */
export function recognisePost(fields: FormFields): PostClaim | UnusablePostClaim | undefined {
  const securityToken = fields.get('x-oss-security-token');
  const value = (name: string) => fields.get(name.toLowerCase()) ?? '';
  const version = fields.get('x-oss-signature-version');
  const isV4 = version !== undefined || fields.has('x-oss-signature') || fields.has('x-oss-credential');
  if (!isV4 && !V1_FIELDS.some((name) => fields.has(name.toLowerCase()))) return undefined;

  const missing = (isV4 ? V4_FIELDS : V1_FIELDS).find((name) => value(name) === '');
  if (missing !== undefined) return unusable(missing, 'missing');
  const policy = value('policy');
  if (!isV4)
    return { scheme: 'v1', accessKeyId: value('OSSAccessKeyId'), signature: value('Signature'), policy, securityToken };

  if (version !== OSS_V4_ALGORITHM) return unusable('x-oss-signature-version', version ? 'malformed' : 'missing');
  const credential = readCredential(value('x-oss-credential'));
  const date = value('x-oss-date');
  if (!credential) return unusable('x-oss-credential', 'malformed');
  if (!date.startsWith(credential.scope.day)) return unusable('x-oss-date', 'malformed');
  return { scheme: 'v4', ...credential, signature: value('x-oss-signature'), policy, date, securityToken };
}

export function verifyPost(claim: PostClaim, secret: string): boolean {
  return sameSignature(claim.signature, signPolicy(claim.policy, secret, claim.scheme === 'v4' ? claim.scope : 'v1'));
}

/** `policy` in base64. */
export function signPolicy(policy: string, secret: string, scope: OssV4Scope | 'v1'): string {
  if (scope === 'v1') return hmacSha1Base64(secret, policy);
  return createHmac('sha256', deriveSigningKey(secret, scope)).update(policy).digest('hex');
}

function unusable(field: string, problem: UnusablePostClaim['problem']): UnusablePostClaim {
  return { scheme: undefined, field, problem };
}
