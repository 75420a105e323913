/** The nearest statement: what it says for each way to miss. */
import { expect, test } from 'vitest';
import { nearMiss } from '../../../../src/policy/near-miss.ts';
import { type CompiledPolicy, compilePolicy } from '../../../../src/policy/ram-policy.ts';

const PHOTO = 'acs:oss:*:1:photos/a.jpg';

function policy(name: string, ...Statement: object[]): CompiledPolicy {
  const answer = compilePolicy({ name, type: 'Custom', document: { Version: '1', Statement } });
  if (!answer.ok) throw new Error(answer.problems.join(' '));
  return answer.policy;
}

const Effect = 'Allow';
const elsewhere = { Effect, Action: 'oss:Put*', Resource: ['acs:oss:*:*:a/*', 'acs:oss:*:*:b/*'] };
const otherAction = { Effect, Action: ['oss:GetObject', 'log:*'], Resource: '*' };

test.each<[string, object[], string | undefined]>([
  [
    'a condition',
    [{ Effect, Action: '*', Resource: '*', Condition: { Bool: { x: 'true' } } }],
    'statement 0 of p would, but its Condition does not hold',
  ],
  ['another resource', [elsewhere], 'statement 0 of p allows it on acs:oss:*:*:a/*, acs:oss:*:*:b/* only'],
  [
    'an excluded resource',
    [{ Effect, Action: '*', NotResource: PHOTO }],
    'statement 0 of p excludes it by NotResource',
  ],
  ['another action of the service', [otherAction], 'statement 0 of p allows oss:GetObject there'],
  ['an excluded action', [{ Effect, NotAction: 'oss:*', Resource: '*' }], 'statement 0 of p excludes it by NotAction'],
  [
    'the right action before the right resource',
    [otherAction, elsewhere],
    'statement 1 of p allows it on acs:oss:*:*:a/*, acs:oss:*:*:b/* only',
  ],
  [
    'many patterns',
    [{ Effect, Action: '*', Resource: ['acs:1', 'acs:2', 'acs:3', 'acs:4', 'acs:5'] }],
    'statement 0 of p allows it on acs:1, acs:2, acs:3 and 2 more only',
  ],
  ["another service's actions", [{ Effect, Action: 'log:*', Resource: '*' }], undefined],
  ['a Deny', [{ Effect: 'Deny', Action: 'oss:GetObject', Resource: '*' }], undefined],
])('%s', (_what, statements, expected) => {
  expect(nearMiss([policy('p', ...statements)], { action: 'oss:PutObject', resource: PHOTO })).toBe(expected);
});

test('no policies, no nearest', () => {
  expect(nearMiss([], { action: 'oss:PutObject', resource: PHOTO })).toBeUndefined();
});
