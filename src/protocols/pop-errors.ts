/** What the OpenAPI gateway answers for every RPC service before the service itself is asked: signatures, keys, tokens, permissions. */
import { type ErrorCatalogue, named, ServiceError } from '../kernel/service-error.ts';

export type PopErrorCode =
  | 'MissingAccessKeyId'
  | 'MissingSignature'
  | 'MissingSecurityToken'
  | 'InvalidAccessKeyId.NotFound'
  | 'SignatureDoesNotMatch'
  | 'IncompleteSignature'
  | 'InvalidSignatureMethod'
  | 'InvalidTimeStamp.Format'
  | 'InvalidTimeStamp.Expired'
  | 'SignatureNonceUsed'
  | 'InvalidSecurityToken.Expired'
  | 'InvalidSecurityToken.MismatchWithAccessKey'
  | 'NoPermission'
  | 'NotImplemented';

/** Help page "Public error codes". */
export const popErrors: ErrorCatalogue<PopErrorCode> = {
  MissingAccessKeyId: { status: 400, message: 'AccessKeyId is mandatory for this action.' },
  MissingSignature: { status: 400, message: 'Signature is mandatory for this action.' },
  MissingSecurityToken: { status: 400, message: 'SecurityToken is mandatory for this action.' },
  'InvalidAccessKeyId.NotFound': { status: 404, message: 'Specified access key is not found.' },
  // SDKs split at the colon and compare the rest with what they signed.
  SignatureDoesNotMatch: {
    status: 400,
    message: (details) =>
      `Specified signature is not matched with our calculation. server string to sign is:${named(details, 'stringToSign')}`,
  },
  // UNVERIFIED RAM-007: wording of these two.
  IncompleteSignature: {
    status: 400,
    message: (details) => `The request signature does not conform to Aliyun standards: ${named(details, 'reason')}.`,
  },
  InvalidSignatureMethod: {
    status: 400,
    message: (details) => `Specified signature method is not valid: ${named(details, 'method')}.`,
  },
  'InvalidTimeStamp.Format': { status: 400, message: 'Specified time stamp or date value is not well formatted.' },
  'InvalidTimeStamp.Expired': { status: 400, message: 'Specified time stamp or date value is expired.' },
  SignatureNonceUsed: { status: 400, message: 'Specified signature nonce was used already.' },
  // UNVERIFIED RAM-008: status and wording of both; the names are in wide use.
  'InvalidSecurityToken.Expired': { status: 400, message: 'Specified SecurityToken is expired.' },
  'InvalidSecurityToken.MismatchWithAccessKey': {
    status: 400,
    message: 'Specified SecurityToken mismatch with the AccessKey.',
  },
  NoPermission: {
    status: 403,
    message: 'You are not authorized to do this action. You should be authorized by RAM.',
  },
  // Ours: the cloud serves it and we don't. Never a 5xx, which clients retry for minutes.
  NotImplemented: { status: 400, message: (details) => `${named(details, 'what')} is not served by LocalYun yet.` },
};

export class PopError extends ServiceError<PopErrorCode> {}
