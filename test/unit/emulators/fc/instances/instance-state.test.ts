/** Every event in every state of an instance. */
import { describe, expect, test } from 'vitest';
import {
  type InstanceEvent,
  type InstanceState,
  nextState,
} from '../../../../../emulators/fc/instances/instance-state.ts';

const NOW = 1000;
const STATES = {
  starting: { is: 'starting' },
  initializing: { is: 'initializing', requestId: 'r' },
  idle: { is: 'idle', sinceMs: 1 },
  busy: { is: 'busy', requestId: 'r', sinceMs: 1 },
  drainingCall: { is: 'draining', requestId: 'r' },
  draining: { is: 'draining', requestId: undefined },
  stopped: { is: 'stopped', reason: 'before' },
} satisfies Record<string, InstanceState>;

const EVENTS = {
  assigned: { type: 'assigned', initializer: undefined },
  assignedWithInitializer: { type: 'assigned', initializer: 'r' },
  invoke: { type: 'invoke', requestId: 'n' },
  drain: { type: 'drain' },
  preStop: { type: 'preStop', requestId: 'p' },
  stop: { type: 'stop', reason: 'told to' },
  returned: { type: 'returned', requestId: 'r' },
  failed: { type: 'failed', requestId: 'r' },
  returnedOther: { type: 'returned', requestId: 'x' },
  failedOther: { type: 'failed', requestId: 'x' },
} satisfies Record<string, InstanceEvent>;

const idle: InstanceState = { is: 'idle', sinceMs: NOW };
const drained: InstanceState = { is: 'draining', requestId: undefined };
const drainingCall: InstanceState = { is: 'draining', requestId: 'r' };

/** What is in turn; every other pair stops the instance with a reason that names both. */
const IN_TURN: Record<keyof typeof STATES, Partial<Record<keyof typeof EVENTS, InstanceState>>> = {
  starting: { assigned: idle, assignedWithInitializer: STATES.initializing, drain: drained },
  initializing: { returned: idle, failed: { is: 'stopped', reason: 'initializer failed' }, drain: drainingCall },
  idle: { invoke: { is: 'busy', requestId: 'n', sinceMs: NOW }, drain: drained },
  busy: { returned: idle, failed: idle, drain: drainingCall },
  drainingCall: { returned: drained, failed: drained, drain: drainingCall },
  draining: { preStop: { is: 'draining', requestId: 'p' }, drain: drained },
  stopped: {},
};

describe.each(Object.entries(STATES))('%s', (stateName, state) => {
  test.each(Object.entries(EVENTS))('on %s', (eventName, event) => {
    const after = nextState(state, event, NOW);
    const row: Partial<Record<string, InstanceState>> = IN_TURN[stateName as keyof typeof STATES];
    const expected = row[eventName];
    if (expected) expect(after).toEqual(expected);
    else if (state.is === 'stopped') expect(after).toBe(state);
    else if (event.type === 'stop') expect(after).toEqual({ is: 'stopped', reason: 'told to' });
    else expect(after).toEqual({ is: 'stopped', reason: expect.stringMatching(`^${event.type}.* while ${state.is}`) });
  });
});

test('a message out of turn is named with both requests', () => {
  expect(nextState(STATES.busy, EVENTS.returnedOther, NOW)).toEqual({
    is: 'stopped',
    reason: 'returned x while busy with r',
  });
});
