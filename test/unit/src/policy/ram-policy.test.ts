/** Policies as RAM reads and weighs them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CompiledPolicy,
  compilePolicy,
  evaluate,
  evaluateTrust,
  type PolicyType,
  suggestStatement,
} from '../../../../src/policy/ram-policy.ts';

function policy(statements: unknown, { name = 'p', type = 'Custom' as PolicyType } = {}): CompiledPolicy {
  const Statement = Array.isArray(statements) ? statements : [statements];
  const answer = compilePolicy({ name, type, document: { Version: '1', Statement } });
  if (!answer.ok) throw new Error(answer.problems.join(' '));
  return answer.policy;
}

const PHOTO = 'acs:oss:*:1234567890123456:photos/a.jpg';
const effect = (statements: unknown, action = 'oss:GetObject', resource = PHOTO, context = {}) =>
  evaluate([policy(statements)], action, resource, context).effect;

describe('what a statement speaks of', () => {
  test.each([
    ['*', 'oss:GetObject', 'allow'],
    ['oss:*', 'oss:GetObject', 'allow'],
    ['oss:Get*', 'oss:GetObject', 'allow'],
    ['oss:getobject', 'oss:GetObject', 'allow'],
    ['oss:GetObject', 'OSS:GETOBJECT', 'allow'],
    ['oss:GetObjec?', 'oss:GetObject', 'allow'],
    ['oss:GetObject', 'oss:GetObjectAcl', 'none'],
    ['fc:*', 'oss:GetObject', 'none'],
    [['fc:*', 'oss:Put*'], 'oss:PutObject', 'allow'],
  ])('Action %j on %s: %s', (Action, action, expected) => {
    expect(effect({ Effect: 'Allow', Action, Resource: '*' }, action)).toBe(expected);
  });

  test.each([
    ['*', 'allow'],
    ['acs:oss:*:*:photos/*', 'allow'],
    ['acs:oss:*:1234567890123456:photos/a.jpg', 'allow'],
    ['acs:oss:*:*:PHOTOS/*', 'none'],
    ['acs:oss:*:*:photos', 'none'],
    [['acs:oss:*:*:x', 'acs:oss:*:*:*'], 'allow'],
  ])('Resource %j on a photo: %s', (Resource, expected) => {
    expect(effect({ Effect: 'Allow', Action: '*', Resource })).toBe(expected);
  });

  test('NotAction speaks of every other action', () => {
    const statement = { Effect: 'Allow', NotAction: ['oss:Delete*', 'oss:Put*'], Resource: '*' };
    expect(effect(statement)).toBe('allow');
    expect(effect(statement, 'oss:DeleteObject')).toBe('none');
  });

  test('NotResource speaks of every other resource', () => {
    const statement = { Effect: 'Deny', Action: '*', NotResource: 'acs:oss:*:*:photos/*' };
    expect(effect(statement)).toBe('none');
    expect(effect(statement, 'oss:GetObject', 'acs:oss:*:1:other/x')).toBe('deny');
  });

  test('a Condition must hold', () => {
    const statement = {
      Effect: 'Allow',
      Action: '*',
      Resource: '*',
      Condition: { IpAddress: { 'acs:SourceIp': '10.0.0.0/8' } },
    };
    expect(effect(statement, 'oss:GetObject', PHOTO, { 'acs:SourceIp': '10.1.1.1' })).toBe('allow');
    expect(effect(statement, 'oss:GetObject', PHOTO, { 'acs:SourceIp': '11.1.1.1' })).toBe('none');
    expect(effect(statement)).toBe('none');
  });
});

describe('several policies', () => {
  const allow = policy({ Effect: 'Allow', Action: '*', Resource: '*' }, { name: 'all' });
  const deny = policy(
    [
      { Effect: 'Allow', Action: 'fc:*', Resource: '*' },
      { Effect: 'Deny', Action: 'oss:*', Resource: '*' },
    ],
    { name: 'no-oss' },
  );

  test('a Deny wins, whichever comes first', () => {
    for (const policies of [
      [allow, deny],
      [deny, allow],
    ])
      expect(evaluate(policies, 'oss:GetObject', PHOTO, {})).toMatchObject({
        effect: 'deny',
        statement: { policyName: 'no-oss', policyType: 'Custom', index: 1, statement: { Effect: 'Deny' } },
      });
  });

  test('the first statement that allows is named', () => {
    expect(evaluate([deny, allow], 'mns:SendMessage', '*', {})).toMatchObject({
      effect: 'allow',
      statement: { policyName: 'all', index: 0 },
      considered: ['no-oss', 'all'],
    });
  });

  test('none at all allow nothing', () => {
    expect(evaluate([], 'oss:GetObject', PHOTO, {})).toEqual({ effect: 'none', statement: undefined, considered: [] });
  });
});

describe('a trust policy', () => {
  const trust = (Principal: unknown, more = {}) =>
    policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal, ...more }, { type: 'Trust' });
  const ask = (compiled: CompiledPolicy, kind: 'RAM' | 'Service' | 'Federated', name: string, context = {}) =>
    evaluateTrust(compiled, 'sts:AssumeRole', { kind, names: [name] }, context).effect;

  test('names services, and only them', () => {
    const compiled = trust({ Service: ['fc.aliyuncs.com'] });
    expect(ask(compiled, 'Service', 'fc.aliyuncs.com')).toBe('allow');
    expect(ask(compiled, 'Service', 'mns.aliyuncs.com')).toBe('none');
    expect(ask(compiled, 'RAM', 'fc.aliyuncs.com')).toBe('none');
  });

  test('takes one name as well as a list, and * for the region RAM does not have', () => {
    expect(ask(trust({ RAM: 'acs:ram::1:root' }), 'RAM', 'acs:ram::1:root')).toBe('allow');
    expect(ask(trust({ RAM: 'acs:ram:*:1:root' }), 'RAM', 'acs:ram::1:root')).toBe('allow');
    expect(ask(trust({ RAM: ['acs:ram::1:user/a'] }), 'RAM', 'acs:ram::1:user/b')).toBe('none');
  });

  test('has conditions', () => {
    const compiled = trust(
      { Federated: 'acs:ram::1:saml-provider/p' },
      { Condition: { StringEquals: { 'saml:recipient': 'r' } } },
    );
    expect(ask(compiled, 'Federated', 'acs:ram::1:saml-provider/p', { 'saml:recipient': 'r' })).toBe('allow');
    expect(ask(compiled, 'Federated', 'acs:ram::1:saml-provider/p')).toBe('none');
  });

  test('can deny', () => {
    const denied = { Effect: 'Deny', Action: '*', Principal: { RAM: 'acs:ram::1:user/b' } };
    const allowed = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { RAM: 'acs:ram::1:root' } };
    const compiled = policy([allowed, denied], { type: 'Trust' });
    const assumer = { kind: 'RAM' as const, names: ['acs:ram::1:root', 'acs:ram::1:user/b'] };
    expect(evaluateTrust(compiled, 'sts:AssumeRole', assumer, {}).effect).toBe('deny');
  });
});

describe('the grammar', () => {
  const problems = (document: unknown, type: PolicyType = 'Custom') => {
    const answer = compilePolicy({ name: 'p', type, document });
    return answer.ok ? [] : answer.problems;
  };
  const statement = (more: object) => ({
    Version: '1',
    Statement: [{ Effect: 'Allow', Action: 'oss:*', Resource: '*', ...more }],
  });

  test('takes JSON text as well as an object', () => {
    expect(problems(JSON.stringify(statement({})))).toEqual([]);
  });

  test.each<[unknown, string]>([
    ['{"Version"', 'The document is no JSON object.'],
    [null, 'The document is no JSON object.'],
    [[], 'The document is no JSON object.'],
    [{ ...statement({}), Version: '2012-10-17' }, 'Version must be "1".'],
    [{ ...statement({}), Id: 'x' }, 'The document has an unknown element Id'],
    [{ Version: '1', Statement: [] }, 'Statement must be a list of at least one statement.'],
    [{ Version: '1', Statement: {} }, 'Statement must be a list of at least one statement.'],
    [{ Version: '1', Statement: ['x'] }, 'Statement[0] must be an object.'],
    [statement({ Effect: 'allow' }), 'Statement[0].Effect must be "Allow" or "Deny".'],
    [statement({ Actions: 'x' }), 'Statement[0] has an unknown element Actions; did you mean Action?'],
    [statement({ NotAction: 'oss:*' }), 'Statement[0] must have exactly one of Action and NotAction.'],
    [statement({ Action: undefined }), 'Statement[0] must have exactly one of Action and NotAction.'],
    [statement({ Resource: undefined }), 'Statement[0] must have exactly one of Resource and NotResource.'],
    [statement({ Action: 'GetObject' }), '"GetObject" must be * or service:Action, such as oss:GetObject.'],
    [statement({ Action: [] }), 'Statement[0].Action must be text or a list of texts.'],
    [statement({ Action: [1] }), 'Statement[0].Action must be text or a list of texts.'],
    [statement({ Resource: 'arn:aws:s3:::b' }), '"arn:aws:s3:::b" must be * or acs:service:region:account:resource'],
    [statement({ Principal: { RAM: ['*'] } }), 'Statement[0] has an unknown element Principal'],
    [statement({ Condition: { StringEquels: { a: 'b' } } }), 'did you mean StringEquals?'],
  ])('of %j tells', (document, problem) => {
    expect(problems(document).join(' ')).toContain(problem);
  });

  test.each<[unknown, string]>([
    [
      { Effect: 'Allow', Action: 'sts:AssumeRole' },
      'Statement[0].Principal must be an object with RAM, Service or Federated.',
    ],
    [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: {} }, 'Statement[0].Principal must be an object'],
    [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Services: ['x'] } }, 'did you mean Service?'],
    [
      { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: [] } },
      'Principal.Service must be text or a list of texts.',
    ],
    [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { RAM: 'x' }, Resource: '*' }, 'unknown element Resource'],
  ])('of a trust policy %j tells', (trusted, problem) => {
    expect(problems({ Version: '1', Statement: [trusted] }, 'Trust').join(' ')).toContain(problem);
  });

  test('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.anything(), (garbage) => {
        expect(compilePolicy({ name: 'p', type: 'Custom', document: garbage }).ok).toBe(false);
        compilePolicy({ name: 'p', type: 'Trust', document: { Version: '1', Statement: [garbage] } });
        compilePolicy({ name: 'p', type: 'Custom', document: statement({ Condition: garbage, Action: garbage }) });
      }),
    );
  });
});

test('the suggested statement allows what was asked', () => {
  const question = { action: 'oss:PutObject', resource: 'acs:oss:*:1:photos/we?ird*.jpg' };
  const suggested = policy(suggestStatement(question));
  expect(evaluate([suggested], question.action, question.resource, {}).effect).toBe('allow');
});

test('a check costs microseconds', () => {
  const policies = Array.from({ length: 10 }, (_, index) =>
    policy(
      { Effect: 'Allow', Action: [`s${index}:*`, 'oss:Get*'], Resource: `acs:oss:*:*:bucket-${index}/*` },
      { name: `p${index}` },
    ),
  );
  const startedMs = performance.now();
  for (let index = 0; index < 10_000; index++) evaluate(policies, 'oss:PutObject', PHOTO, {});
  expect((performance.now() - startedMs) / 10_000).toBeLessThan(0.05);
});
