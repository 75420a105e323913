/** The system policies that a role may name without anyone defining them: those whose documents are published. */
import { type CompiledPolicy, compilePolicy } from '../../../src/policy/ram-policy.ts';

const allow = (actions: readonly string[]) => ({ Effect: 'Allow', Action: [...actions], Resource: ['*'] });

/** Services that EventBridge has service-linked roles for; Help page "AliyunEventBridgeFullAccess", version 6. */
const EVENTBRIDGE_LINKED = [
  ...['fc', 'mns', 'sms', 'directmail', 'rabbitmq', 'rocketmq', 'kafka', 'rds', 'sae'].map(
    (name) => `sendevent-${name}`,
  ),
  ...['rocketmq', 'rabbitmq', 'actiontrail', 'cms', 'kafka', 'mqtt'].map((name) => `source-${name}`),
  'connect-vpc',
].map((name) => `${name}.eventbridge.aliyuncs.com`);

/** Help pages "System policies of …", one a service. */
const STATEMENTS: Readonly<Record<string, readonly unknown[]>> = {
  // UNVERIFIED RAM-009: these two documents are described, not printed.
  AdministratorAccess: [allow(['*'])],
  AliyunOSSFullAccess: [allow(['oss:*'])],
  AliyunOSSReadOnlyAccess: [allow(['oss:Get*', 'oss:List*'])],
  AliyunFCFullAccess: [
    allow(['fc:*']),
    { ...allow(['ram:PassRole']), Condition: { StringEquals: { 'acs:Service': 'fc.aliyuncs.com' } } },
  ],
  AliyunFCReadOnlyAccess: [allow(['fc:Get*', 'fc:List*'])],
  AliyunFCInvocationAccess: [allow(['fc:InvokeFunction'])],
  AliyunEventBridgeFullAccess: [
    allow(['eventbridge:*']),
    {
      ...allow(['ram:CreateServiceLinkedRole']),
      Condition: { StringEquals: { 'ram:ServiceName': EVENTBRIDGE_LINKED } },
    },
  ],
  AliyunMNSReadOnlyAccess: [allow(['mns:Get*', 'mns:Query*', 'mns:Desc*', 'mns:List*'])],
  AliyunLogFullAccess: [allow(['log:*'])],
  AliyunSTSAssumeRoleAccess: [allow(['sts:AssumeRole'])],
};

export const SYSTEM_POLICY_NAMES: readonly string[] = Object.keys(STATEMENTS);

const compiled = new Map<string, CompiledPolicy>();

/** Compiled when a role first names it: most are never used. */
export function systemPolicy(name: string): CompiledPolicy | undefined {
  const statements = Object.hasOwn(STATEMENTS, name) ? STATEMENTS[name] : undefined;
  if (!statements) return undefined;
  const known = compiled.get(name);
  if (known) return known;
  const answer = compilePolicy({ name, type: 'System', document: { Version: '1', Statement: statements } });
  if (!answer.ok) throw new Error(`The system policy ${name} is broken: ${answer.problems.join(' ')}`);
  compiled.set(name, answer.policy);
  return answer.policy;
}
