/** Which OSS signature a request carries: V4, V1, V2, one we don't serve, or none. */

import { type OssV1Claim, recogniseOssV1, type UnusableOssV1Claim } from './oss-v1.ts';
import { OSS_V2_VERSION, type OssV2Claim, recogniseOssV2, type UnusableOssV2Claim } from './oss-v2.ts';
import { type OssV4Claim, recogniseOssV4, type UnusableOssV4Claim } from './oss-v4.ts';
import { firstValue, type SignedRequest, type UnusableClaim } from './signed-request.ts';

export type OssClaim = OssV1Claim | OssV2Claim | OssV4Claim;
export type UnusableOssClaim = UnusableOssV1Claim | UnusableOssV2Claim | UnusableOssV4Claim | UnservedOssClaim;
/** `detail` names the scheme: AWS4-HMAC-SHA256, or whatever the Authorization header began with. */
export type UnservedOssClaim = UnusableClaim<'oss-unserved', 'unserved-scheme'>;

/** Undefined means anonymous. Credentials that were meant but can't be read come back with their `problem`. */
export function recogniseOss(request: SignedRequest): OssClaim | UnusableOssClaim | undefined {
  // V4 has the same parameter, and would take a V2 URL for a broken one of its own.
  if (firstValue(request.query, 'x-oss-signature-version') === OSS_V2_VERSION) return recogniseOssV2(request);
  const claim = recogniseOssV1(request) ?? recogniseOssV4(request) ?? recogniseOssV2(request);
  if (claim) return claim;
  const authorization = request.headers.authorization;
  if (authorization) return unserved(authorization.split(' ', 1)[0] ?? '');
  const s3 = firstValue(request.query, 'X-Amz-Algorithm');
  return s3 === undefined ? undefined : unserved(s3);
}

function unserved(detail: string): UnservedOssClaim {
  return { scheme: 'oss-unserved', problem: 'unserved-scheme', accessKeyId: undefined, detail };
}
