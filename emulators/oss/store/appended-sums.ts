/** Size and sums of an object to whose end bytes were added, out of those of both. */
import { CRC64_EMPTY, combineCrc64 } from './crc64.ts';
import type { ObjectRecord, StagedBody } from './object-store.ts';

type Sums = Pick<ObjectRecord, 'sizeBytes' | 'crc64' | 'etag' | 'contentMd5'>;

export function appendedSums(
  before: Pick<ObjectRecord, 'sizeBytes' | 'crc64'> | undefined,
  added: Pick<StagedBody, 'sizeBytes' | 'crc64'>,
): Sums {
  const sizeBytes = (before?.sizeBytes ?? 0) + added.sizeBytes;
  const crc64 = combineCrc64(before?.crc64 ?? CRC64_EMPTY, added.crc64, added.sizeBytes);
  return { sizeBytes, crc64, etag: etagOf(sizeBytes, crc64), contentMd5: undefined };
}

/**
 * UNVERIFIED OSS-051: the ETag of an appendable object, which is documented as no MD5. Ours is its CRC-64 and its length,
 * lowest byte first, so that it ends in zeros as the published samples do and changes with every byte.
 */
function etagOf(sizeBytes: number, crc64: string): string {
  const bytes = new DataView(new ArrayBuffer(16));
  bytes.setBigUint64(0, BigInt(crc64));
  bytes.setBigUint64(8, BigInt(sizeBytes), true);
  return Array.from(new Uint8Array(bytes.buffer), (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
}
