/** The headers of server-side encryption: what a request asks for, and what an answer says of an object. */
import type { BucketEncryption } from '../service/encryption.ts';
import type { ObjectEncryption } from '../store/object-encryption.ts';
import { encryptionOf } from './features-xml.ts';
import { invalidArgument } from './object-headers.ts';

const ALGORITHM = 'x-oss-server-side-encryption';
const KEY_ID = 'x-oss-server-side-encryption-key-id';
const DATA_ENCRYPTION = 'x-oss-server-side-data-encryption';

/** Undefined where the request leaves it to its bucket. oss2's tests find data encryption alone left out. */
export function readEncryptionHeaders(headers: Readonly<Record<string, string>>): BucketEncryption | undefined {
  const algorithm = headers[ALGORITHM];
  const keyId = headers[KEY_ID];
  if (algorithm !== undefined) return encryptionOf({ algorithm, keyId, dataEncryption: headers[DATA_ENCRYPTION] });
  // UNVERIFIED OSS-128: a key without an algorithm.
  if (keyId !== undefined) throw invalidArgument(`${KEY_ID} needs ${ALGORITHM}: KMS.`, KEY_ID, keyId);
  return undefined;
}

export function encryptionHeaders(encryption: ObjectEncryption | undefined): Record<string, string> {
  if (!encryption) return {};
  const headers: Record<string, string> = { [ALGORITHM]: encryption.algorithm };
  if (encryption.keyId !== undefined) headers[KEY_ID] = encryption.keyId;
  if (encryption.dataEncryption !== undefined) headers[DATA_ENCRYPTION] = encryption.dataEncryption;
  return headers;
}
