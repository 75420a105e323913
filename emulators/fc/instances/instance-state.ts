/** The life of a function instance: its states, what can happen to it, and one function from both to the next state. */
import type { FromWorker } from './messages.ts';

export type InstanceState =
  | { is: 'starting' }
  | { is: 'initializing'; requestId: string }
  | { is: 'idle'; sinceMs: number }
  | { is: 'busy'; requestId: string; sinceMs: number }
  /** Takes no further call; `requestId` is the call or the preStop hook it still runs. */
  | { is: 'draining'; requestId: string | undefined }
  | { is: 'stopped'; reason: string };

export type InstanceEvent =
  /** The worker took the function; `initializer` is the request its initializer runs under, when it has one. */
  | { type: 'assigned'; initializer: string | undefined }
  | { type: 'invoke'; requestId: string }
  | { type: 'drain' }
  | { type: 'preStop'; requestId: string }
  | { type: 'stop'; reason: string }
  | Pick<Extract<FromWorker, { type: 'returned' }>, 'type' | 'requestId'>
  | Pick<Extract<FromWorker, { type: 'failed' }>, 'type' | 'requestId'>;

/** What comes out of turn stops the instance, and the reason names it: a worker we can't follow is not reused. */
export function nextState(state: InstanceState, event: InstanceEvent, nowMs: number): InstanceState {
  if (state.is === 'stopped') return state;
  switch (event.type) {
    case 'stop':
      return { is: 'stopped', reason: event.reason };
    case 'assigned':
      return state.is === 'starting' ? afterAssignment(event.initializer, nowMs) : outOfTurn(state, event);
    case 'invoke':
      return state.is === 'idle' ? { is: 'busy', requestId: event.requestId, sinceMs: nowMs } : outOfTurn(state, event);
    case 'drain':
      return { is: 'draining', requestId: runningRequest(state) };
    case 'preStop':
      return state.is === 'draining' && state.requestId === undefined
        ? { is: 'draining', requestId: event.requestId }
        : outOfTurn(state, event);
    case 'returned':
    case 'failed':
      return runningRequest(state) === event.requestId ? afterCall(state, event, nowMs) : outOfTurn(state, event);
    default:
      return event satisfies never;
  }
}

/** The request an instance works on, in whichever state. */
export function runningRequest(state: InstanceState): string | undefined {
  return 'requestId' in state ? state.requestId : undefined;
}

function afterAssignment(initializer: string | undefined, nowMs: number): InstanceState {
  return initializer === undefined ? { is: 'idle', sinceMs: nowMs } : { is: 'initializing', requestId: initializer };
}

function afterCall(state: InstanceState, event: { type: 'returned' | 'failed' }, nowMs: number): InstanceState {
  if (state.is === 'draining') return { is: 'draining', requestId: undefined };
  if (state.is === 'initializing' && event.type === 'failed') return { is: 'stopped', reason: 'initializer failed' };
  return { is: 'idle', sinceMs: nowMs };
}

function outOfTurn(state: InstanceState, event: InstanceEvent): InstanceState {
  const running = runningRequest(state);
  const during = running === undefined ? state.is : `${state.is} with ${running}`;
  const what = 'requestId' in event ? `${event.type} ${event.requestId}` : event.type;
  return { is: 'stopped', reason: `${what} while ${during}` };
}
