/** What EventBridge answers instead of success. */
import type { ErrorCatalogue } from '../../src/kernel/service-error.ts';
import { ServiceError } from '../../src/kernel/service-error.ts';

export type EventBridgeErrorCode = 'InternalError' | 'InvalidApi.NotFound' | 'NotImplemented';

export const eventBridgeErrors: ErrorCatalogue<EventBridgeErrorCode> = {
  InternalError: {
    status: 500,
    message: 'The request processing has failed due to some unknown error, exception or failure.',
  },
  // UNVERIFIED EVB-018: the gateway's answer; the data plane's own for an unknown path is not documented.
  'InvalidApi.NotFound': { status: 404, message: 'Specified api is not found, please check your url and method.' },
  // Ours: 400, for clients retry a 5xx.
  NotImplemented: {
    status: 400,
    message: ({ operation }) => `EventBridge operation ${operation} is not served by LocalYun yet.`,
  },
};

export class EventBridgeError extends ServiceError<EventBridgeErrorCode> {}
