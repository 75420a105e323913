/** What RAM and STS answer instead of success: codes, statuses and wording of the OpenAPI gateway and of STS itself. */
import { type ErrorCatalogue, type ErrorDetails, ServiceError } from '../../src/kernel/service-error.ts';

export type RamErrorCode =
  | 'MissingAccessKeyId'
  | 'MissingSignature'
  | 'MissingSecurityToken'
  | 'MissingParameter'
  | 'InvalidAccessKeyId.NotFound'
  | 'SignatureDoesNotMatch'
  | 'IncompleteSignature'
  | 'InvalidSignatureMethod'
  | 'InvalidTimeStamp.Format'
  | 'InvalidTimeStamp.Expired'
  | 'SignatureNonceUsed'
  | 'InvalidSecurityToken.Expired'
  | 'InvalidSecurityToken.MismatchWithAccessKey'
  | 'InvalidParameter'
  | 'InvalidParameter.RoleArn'
  | 'InvalidParameter.RoleSessionName'
  | 'InvalidParameter.DurationSeconds'
  | 'InvalidParameter.PolicyGrammar'
  | 'InvalidParameter.PolicySize'
  | 'NoPermission'
  | 'EntityNotExist.Role'
  | 'NotImplemented'
  | 'InternalError';

const named = (details: ErrorDetails, key: string) => String(details[key] ?? '');

/** Help pages "Public error codes", "AssumeRole" and "STS FAQ". */
export const ramErrors: ErrorCatalogue<RamErrorCode> = {
  MissingAccessKeyId: { status: 400, message: 'AccessKeyId is mandatory for this action.' },
  MissingSignature: { status: 400, message: 'Signature is mandatory for this action.' },
  MissingSecurityToken: { status: 400, message: 'SecurityToken is mandatory for this action.' },
  // Sent as MissingParameter.<name>.
  MissingParameter: {
    status: 400,
    message: (details) => `${named(details, 'parameter')} is mandatory for this action.`,
  },
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
  InvalidParameter: {
    status: 400,
    message: (details) => `The specified parameter "${named(details, 'parameter')}" is not valid.`,
  },
  'InvalidParameter.RoleArn': { status: 400, message: 'The parameter RoleArn is wrongly formed.' },
  'InvalidParameter.RoleSessionName': { status: 400, message: 'The parameter RoleSessionName is wrongly formed.' },
  'InvalidParameter.DurationSeconds': {
    status: 400,
    message: ({ maxSeconds }) =>
      `The Min/Max value of DurationSeconds is 15min/${hours(typeof maxSeconds === 'number' ? maxSeconds : 3600)}.`,
  },
  'InvalidParameter.PolicyGrammar': { status: 400, message: 'The parameter Policy has not passed grammar check.' },
  // The documented text still says 1024, where 2048 is what the API takes.
  'InvalidParameter.PolicySize': {
    status: 400,
    message: ({ limit }) => `The size of Policy must be smaller than ${limit} bytes.`,
  },
  NoPermission: {
    status: 403,
    message: 'You are not authorized to do this action. You should be authorized by RAM.',
  },
  'EntityNotExist.Role': { status: 404, message: 'The specified Role not exists.' },
  // Ours: the cloud serves it and we don't. Never a 5xx, which clients retry for minutes.
  NotImplemented: { status: 400, message: (details) => `${named(details, 'what')} is not served by LocalYun yet.` },
  InternalError: { status: 500, message: 'STS Server Internal Error happened.' },
};

/** One role may allow 90 minutes: the text then counts minutes, for it has no fractions of an hour. */
function hours(seconds: number): string {
  return seconds % 3600 === 0 ? `${seconds / 3600}hr` : `${Math.floor(seconds / 60)}min`;
}

export class RamError extends ServiceError<RamErrorCode> {}
