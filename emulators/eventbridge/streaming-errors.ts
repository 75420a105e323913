/** What is refused about event streamings, and about their tags. */
import { type ErrorCatalogue, named } from '../../src/kernel/service-error.ts';

export type StreamingErrorCode =
  | 'EventStreamingNotExisted'
  | 'EventStreamingAlreadyExist'
  | 'EventStreamingNameInvalid'
  | 'EventStreamingCountExceedLimit'
  | 'EventStreamingStartFailed'
  | 'ResourceNotExist'
  | 'TagCountExceedLimit';

export const streamingErrors: ErrorCatalogue<StreamingErrorCode> = {
  // Help page "StartEventStreaming", and terraform-provider-alicloud source for the code.
  EventStreamingNotExisted: {
    status: 200,
    message: (details) => `The event streaming [${named(details, 'name')}] not existed!`,
  },
  // UNVERIFIED EVB-154: the codes of these four, named as those of rules are.
  EventStreamingAlreadyExist: {
    status: 200,
    message: (details) => `The event streaming [${named(details, 'name')}] already existed!`,
  },
  EventStreamingNameInvalid: {
    status: 200,
    message: (details) => `The event streaming name [${named(details, 'name')}] is invalid!`,
  },
  EventStreamingCountExceedLimit: {
    status: 200,
    message: ({ count, limit }) =>
      `The current count of event streaming is [${count}], which will exceed the limit quota [${limit}]`,
  },
  EventStreamingStartFailed: {
    status: 200,
    message: (details) => `The event streaming [${named(details, 'name')}] can not run: ${named(details, 'reason')}`,
  },
  // terraform-provider-alicloud source: what a resource without tags may answer.
  ResourceNotExist: {
    status: 200,
    message: (details) => `The resource [${named(details, 'name')}] not existed!`,
  },
  TagCountExceedLimit: {
    status: 200,
    message: ({ count, limit }) => `The count of tags [${count}] exceed the limit [${limit}]!`,
  },
};
