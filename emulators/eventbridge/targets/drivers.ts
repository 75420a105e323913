/** Who delivers to which type of target. */
import { createEventBusTarget, type EventBusTargetNeeds } from './event-bus.ts';
import { createFunctionTarget } from './fc-function.ts';
import { createHttpTarget, type HttpTargetNeeds } from './http.ts';
import type { TargetDrivers } from './target.ts';

export interface DriverNeeds extends HttpTargetNeeds, EventBusTargetNeeds {
  functions: Parameters<typeof createFunctionTarget>[0];
}

export function createTargetDrivers(needs: DriverNeeds): TargetDrivers {
  const http = createHttpTarget(needs);
  return {
    'acs.fc.function': createFunctionTarget(needs.functions),
    'acs.eventbridge': createEventBusTarget(needs),
    http,
    https: http,
  };
}
