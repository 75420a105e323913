/** What FC answers instead of success: codes, statuses and wording of the 2023-03-30 API. */
import { type ErrorCatalogue, named, ServiceError } from '../../src/kernel/service-error.ts';

export type FcErrorCode =
  | 'InvalidArgument'
  | 'MissingRequiredHeader'
  | 'PathNotSupported'
  | 'EntityTooLarge'
  | 'NotImplemented'
  | 'AccessDenied'
  | 'SignatureNotMatch'
  | 'InvalidAccessKeyID'
  | 'InvalidSecurityToken'
  | 'FunctionNotFound'
  | 'VersionNotFound'
  | 'AliasNotFound'
  | 'TriggerNotFound'
  | 'TriggerAlreadyExists'
  | 'LimitExceeded'
  | 'ResourceExhausted'
  | 'ClientClosedRequest'
  | 'InternalServerError';

/** Help page "Error codes". */
export const fcErrors: ErrorCatalogue<FcErrorCode> = {
  InvalidArgument: { status: 400, message: ({ reason }) => String(reason ?? 'the request is not valid') },
  MissingRequiredHeader: {
    status: 400,
    message: (details) => `required HTTP header ${named(details, 'header')} was not specified`,
  },
  PathNotSupported: {
    status: 400,
    message: (details) => `'${named(details, 'method')}' against '${named(details, 'path')}' is not supported`,
  },
  EntityTooLarge: {
    status: 400,
    message: (details) => `payload size exceeds maximum allowed size (${named(details, 'limitBytes')} bytes)`,
  },
  // Ours: the cloud serves it and we don't. Never a 5xx, which clients retry for minutes.
  NotImplemented: { status: 400, message: (details) => `${named(details, 'what')} is not served by LocalYun yet` },
  AccessDenied: {
    status: 403,
    message: (details) =>
      `the caller is not authorized to perform '${named(details, 'action')}' on resource '${named(details, 'resource')}': ${named(details, 'reason')}`,
  },
  SignatureNotMatch: {
    status: 403,
    message:
      'The request signature we calculated does not match the signature you provided. Check your access key and signing method.',
  },
  InvalidAccessKeyID: {
    status: 403,
    message: (details) => `invalid access key ID '${named(details, 'accessKeyId')}'`,
  },
  // UNVERIFIED FC-051: code and status for a token that is missing, foreign or expired.
  InvalidSecurityToken: { status: 403, message: (details) => named(details, 'reason') },
  FunctionNotFound: {
    status: 404,
    message: (details) => `function '${named(details, 'functionName')}' does not exist`,
  },
  VersionNotFound: {
    status: 404,
    message: (details) =>
      `version '${named(details, 'qualifier')}' of function '${named(details, 'functionName')}' does not exist`,
  },
  AliasNotFound: {
    status: 404,
    message: (details) =>
      `alias '${named(details, 'qualifier')}' of function '${named(details, 'functionName')}' does not exist`,
  },
  TriggerNotFound: {
    status: 404,
    message: (details) =>
      `trigger '${named(details, 'triggerName')}' of function '${named(details, 'functionName')}' does not exist`,
  },
  TriggerAlreadyExists: {
    status: 409,
    message: (details) =>
      `trigger '${named(details, 'triggerName')}' of function '${named(details, 'functionName')}' already exists`,
  },
  // UNVERIFIED FC-066: of the two documented codes for a quota, this one; the wording is ours.
  LimitExceeded: { status: 400, message: ({ reason }) => String(reason ?? 'a limit is exceeded') },
  ResourceExhausted: { status: 429, message: ({ reason }) => String(reason ?? 'concurrency limit reached') },
  ClientClosedRequest: { status: 499, message: 'the client closed the request' },
  InternalServerError: { status: 500, message: 'an internal error has occurred. Please retry.' },
};

export class FcError extends ServiceError<FcErrorCode> {}
