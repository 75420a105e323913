/** The refusal of credentials that were meant but cannot be read. */
import type { UnusableOssClaim } from '../../../src/signing/oss.ts';
import { OssError } from '../errors.ts';

type Refusal = (detail: string) => OssError;

const REFUSALS: Readonly<Record<UnusableOssClaim['problem'], Refusal>> = {
  // UNVERIFIED OSS-030: wordings of everything here but the three-parameter one and the two error numbers.
  'malformed-authorization': (detail) => argument('The authorization header is malformed.', 'Authorization', detail),
  'malformed-credential': (detail) => argument('The credential of the signature is malformed.', 'Credential', detail),
  // oss2 2.19 tests: both wordings and the number.
  'missing-region': (where) =>
    where === 'url'
      ? argument('The signing region in credential is invalid.', 'x-oss-credential', '', '0002-00000226')
      : argument('Invalid signing region in Authorization header.', 'Authorization', '', '0002-00000226'),
  'two-signatures': () =>
    argument(
      'Only one auth mechanism allowed; a signed URL and an Authorization header were sent.',
      undefined,
      undefined,
    ),
  'missing-url-parameter': (detail) =>
    new OssError('AccessDenied', {
      message: detail.startsWith('x-oss-')
        ? `Query-string authentication requires the ${detail} parameter.`
        : 'Query-string authentication requires the Signature, Expires and OSSAccessKeyId parameters',
    }),
  'unknown-signature-version': (detail) =>
    argument('The signature version is not supported.', 'x-oss-signature-version', detail),
  'empty-additional-headers': (detail) =>
    argument('AdditionalHeaders must not be empty.', 'AdditionalHeaders', detail, '0002-00000209'),
  'unsupported-payload-hash': (detail) =>
    argument('The payload hash must be UNSIGNED-PAYLOAD.', 'x-oss-content-sha256', detail, '0002-00000214'),
  'malformed-expires': (detail) =>
    argument('x-oss-expires must be 1 to 604800 seconds.', 'x-oss-expires', detail, '0002-00000215'),
  'scope-day-mismatch': (detail) => argument('The date of the credential is not that of the request.', 'Date', detail),
  'unserved-scheme': (detail) =>
    new OssError('NotImplemented', {
      message: `The signature scheme ${detail} is not served yet: sign with OSS (V1), OSS2 (V2) or OSS4-HMAC-SHA256 (V4).`,
      header: 'Authorization',
    }),
};

export function unusableClaim(claim: UnusableOssClaim): OssError {
  return REFUSALS[claim.problem](claim.detail);
}

function argument(message: string, argumentName?: string, argumentValue?: string, ec?: string): OssError {
  return new OssError('InvalidArgument', { message, argumentName, argumentValue, ec });
}
