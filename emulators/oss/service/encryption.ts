/** Server-side encryption as it is told of: which algorithm an object is said to lie under, and what its bucket says for it. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ObjectEncryption } from '../store/object-encryption.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { type DocumentKind, documentOf } from './documents.ts';

export const SSE_ALGORITHMS = ['AES256', 'KMS', 'SM4'] as const;

const bucketEncryption = z.object({
  algorithm: z.enum(SSE_ALGORITHMS),
  keyId: z.string().optional(),
  dataEncryption: z.literal('SM4').optional(),
});
export type BucketEncryption = z.output<typeof bucketEncryption>;
export const ENCRYPTION: DocumentKind<BucketEncryption> = { kind: 'encryption', schema: bucketEncryption };

export interface EncryptionWish {
  /** What the request asks for itself; undefined leaves it to the bucket. */
  asked: BucketEncryption | undefined;
  bucket: string;
  accountId: string;
}

/** What a new object of this bucket gets. */
export function encryptionFor(
  store: ObjectStore,
  { asked, bucket, accountId }: EncryptionWish,
): ObjectEncryption | undefined {
  const rule = asked ?? documentOf(store, ENCRYPTION, bucket);
  if (!rule) return undefined;
  if (rule.algorithm !== 'KMS') return { algorithm: rule.algorithm };
  return { ...rule, algorithm: 'KMS', keyId: rule.keyId ?? defaultKeyId(accountId) };
}

/** UNVERIFIED OSS-121: the form of the id of the key that KMS holds for OSS itself, one for an account. */
export function defaultKeyId(accountId: string): string {
  const hex = createHash('sha256').update(`oss-default-key:${accountId}`).digest('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}
