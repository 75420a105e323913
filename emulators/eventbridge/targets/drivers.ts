/** Who delivers to which type of target. */
import { type ApiDestinationTargetNeeds, createApiDestinationTarget } from './api-destination.ts';
import { createEventBusTarget, type EventBusTargetNeeds } from './event-bus.ts';
import { createFunctionTarget } from './fc-function.ts';
import { createHttpTarget, type HttpTargetNeeds } from './http.ts';
import { createOAuthTokens } from './oauth-tokens.ts';
import type { TargetDrivers } from './target.ts';

export interface DriverNeeds extends HttpTargetNeeds, EventBusTargetNeeds, Omit<ApiDestinationTargetNeeds, 'tokens'> {
  functions: Parameters<typeof createFunctionTarget>[0];
}

export function createTargetDrivers(needs: DriverNeeds): TargetDrivers {
  const http = createHttpTarget(needs);
  return {
    'acs.fc.function': createFunctionTarget(needs.functions),
    'acs.eventbridge': createEventBusTarget(needs),
    'acs.api.destination': createApiDestinationTarget({ ...needs, tokens: createOAuthTokens(needs) }),
    http,
    https: http,
  };
}
