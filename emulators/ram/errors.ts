/** What RAM and STS answer instead of success, besides what the OpenAPI gateway answers for every service. */
import { type ErrorCatalogue, named, ServiceError } from '../../src/kernel/service-error.ts';
import { type PopErrorCode, popErrors } from '../../src/protocols/pop-errors.ts';

export type RamErrorCode =
  | PopErrorCode
  | 'MissingParameter'
  | 'InvalidParameter'
  | 'InvalidParameter.RoleArn'
  | 'InvalidParameter.RoleSessionName'
  | 'InvalidParameter.DurationSeconds'
  | 'InvalidParameter.PolicyGrammar'
  | 'InvalidParameter.PolicySize'
  | 'EntityNotExist.Role'
  | 'InternalError';

/** Help pages "Public error codes", "AssumeRole" and "STS FAQ". */
export const ramErrors: ErrorCatalogue<RamErrorCode> = {
  ...popErrors,
  // Sent as MissingParameter.<name>.
  MissingParameter: {
    status: 400,
    message: (details) => `${named(details, 'parameter')} is mandatory for this action.`,
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
  'EntityNotExist.Role': { status: 404, message: 'The specified Role not exists.' },
  InternalError: { status: 500, message: 'STS Server Internal Error happened.' },
};

/** One role may allow 90 minutes: the text then counts minutes, for it has no fractions of an hour. */
function hours(seconds: number): string {
  return seconds % 3600 === 0 ? `${seconds / 3600}hr` : `${Math.floor(seconds / 60)}min`;
}

export class RamError extends ServiceError<RamErrorCode> {}
