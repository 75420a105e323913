/** An event's path joins the runs it caused, and the events those runs led to by the key they signed with. */
import { expect, test } from 'vitest';
import { eventPath } from '../../../../src/console/event-path.ts';
import type { Denial, DenialLog } from '../../../../src/ports/access-decider.ts';
import type { EventHistory, EventSummary, EventTrace } from '../../../../src/ports/event-history.ts';
import type { InvocationRecord } from '../../../../src/ports/invocation-journal.ts';

const at = (second: number) => new Date(Date.UTC(2024, 0, 1, 0, 0, second)).toISOString();

function event(id: string, second: number, callerAccessKeyId: string | undefined): EventSummary {
  return {
    id,
    source: 'acs.oss',
    type: 'oss:ObjectCreated:PutObject',
    subject: undefined,
    bus: 'default',
    time: at(second),
    matchedRules: [],
    deliveries: 0,
    callerAccessKeyId,
  };
}

const events = [
  event('cause', 0, 'user'),
  event('before', 1, 'STS.a'),
  event('made', 3, 'STS.a'),
  event('stranger', 3, 'STS.b'),
  event('after', 9, 'STS.a'),
];

function attempt(invocationRequestId: string | undefined) {
  return { at: at(1), durationMs: 1, ok: true, error: undefined, invocationRequestId };
}

const trace: EventTrace = {
  event: { id: 'cause' },
  alsoOn: [],
  elsewhere: [],
  bus: 'default',
  publishedAt: at(0),
  factId: 1,
  matched: [],
  unmatched: [],
  deliveries: [
    {
      id: 'd',
      rule: 'r',
      target: 't',
      targetType: 'fc',
      state: 'delivered',
      reason: undefined,
      attempts: [attempt('run'), attempt('run'), attempt(undefined), attempt('forgotten')],
      nextAttemptAt: undefined,
    },
  ],
};

const history: EventHistory = {
  list: ({ since = '' }) => events.filter(({ time }) => time >= since),
  show: (id) => (id === 'cause' ? trace : undefined),
  replay: async () => undefined,
  replayAll: async () => [],
  testRule: () => undefined,
  testPattern: () => ({ matched: false, failures: [], warnings: [] }),
};

function denial(action: string, second: number, accessKeyId: string): Denial {
  const role = { roleName: 'r', roleId: '1', sessionName: 's', arn: 'acs:ram::1:role/r/s' };
  const principal = { type: 'role' as const, accountId: '1', accessKeyId, ...role };
  const refusal = { effect: 'none' as const, policies: [], statement: undefined, reason: `${action} is not allowed.` };
  const suggestion = { Effect: 'Allow' as const, Action: [action] };
  return {
    at: at(second),
    requestId: action,
    operation: 'x',
    principal,
    action,
    resource: 'r',
    ...refusal,
    suggestion,
  };
}

const denials: DenialLog = {
  list: () => [
    denial('oss:after', 9, 'STS.a'),
    denial('oss:stranger', 3, 'STS.b'),
    denial('oss:made', 3, 'STS.a'),
    denial('oss:before', 1, 'STS.a'),
  ],
};

function pathOf(record: Partial<InvocationRecord>) {
  const show = (requestId: string) =>
    requestId === 'run' ? ({ requestId, ...record } as InvocationRecord) : undefined;
  return eventPath({ id: 'cause' }, { history, invocations: { list: () => [], show }, denials });
}

test.each<[string, Partial<InvocationRecord>, string[]]>([
  ['ended', { accessKeyId: 'STS.a', startedAt: at(2), endedAt: at(5) }, ['made']],
  ['still goes on', { accessKeyId: 'STS.a', startedAt: at(2), endedAt: undefined }, ['made', 'after']],
  ['never started', { accessKeyId: 'STS.a', startedAt: undefined, endedAt: undefined }, []],
  ['had no keys', { accessKeyId: undefined, startedAt: at(0), endedAt: undefined }, []],
])('a run that %s led to %j', (_what, record, ledTo) => {
  const invocations = pathOf(record)?.invocations ?? [];
  expect(invocations.map(({ requestId }) => requestId)).toEqual(['run']);
  expect(invocations[0]?.ledTo.map(({ id }) => id)).toEqual(ledTo);
  expect(invocations[0]?.refused.map(({ action }) => action).reverse()).toEqual(ledTo.map((id) => `oss:${id}`));
});

test('an unknown event has no path', () => {
  expect(
    eventPath({ id: 'nothing' }, { history, invocations: { list: () => [], show: () => undefined }, denials }),
  ).toBeUndefined();
});
