/** RAM's decision: policies, an action, a resource and the call's facts in; allow, deny or none out, with the statement that decided. */
import type { Context } from './conditions.ts';
import {
  type CompiledStatement,
  type PolicyKind,
  type PrincipalKind,
  type Principals,
  parsePolicy,
} from './grammar.ts';

export type PolicyType = 'Custom' | 'System' | 'Session' | 'Trust' | 'Bucket';

export interface NamedPolicy {
  name: string;
  type: PolicyType;
  /** An object, or JSON text. */
  document: unknown;
}

/** Compiled once by whoever keeps it, so that a check costs microseconds and nothing has to be cached. */
export interface CompiledPolicy extends NamedPolicy {
  statements: readonly CompiledStatement[];
}

export type CompileAnswer = { ok: true; policy: CompiledPolicy } | { ok: false; problems: string[] };

export interface DecidingStatement {
  policyName: string;
  policyType: PolicyType;
  /** Position in the document, from 0. */
  index: number;
  statement: unknown;
}

export interface PolicyAnswer {
  /** `none`: no statement spoke of it, which the cloud calls an implicit deny. */
  effect: 'allow' | 'deny' | 'none';
  statement: DecidingStatement | undefined;
  /** Names of the policies that were looked at. */
  considered: string[];
}

/** Compiles a policy; a trust policy (`type: 'Trust'`) has principals and no resources, a bucket's has both. Problems are whole sentences. */
export function compilePolicy(policy: NamedPolicy): CompileAnswer {
  const parsed = parsePolicy(policy.document, KIND_OF[policy.type] ?? 'identity');
  return parsed.ok ? { ok: true, policy: { ...policy, statements: parsed.statements } } : parsed;
}

const KIND_OF: Readonly<Partial<Record<PolicyType, PolicyKind>>> = { Trust: 'trust', Bucket: 'resource' };

/** Help page "How RAM evaluates policies": any matching Deny, else any matching Allow, else nothing. */
export function evaluate(
  policies: readonly CompiledPolicy[],
  action: string,
  resource: string,
  context: Context,
): PolicyAnswer {
  const folded = action.toLowerCase();
  return decide(
    policies,
    (statement) =>
      statement.matchesAction(folded) &&
      statement.matchesResource(resource) &&
      (statement.condition === undefined || statement.condition(context)),
  );
}

/** What a resource's own policy says of a caller, who goes by any of `names`. */
export function evaluateFor(
  policy: CompiledPolicy,
  names: readonly string[],
  { action, resource, context }: { action: string; resource: string; context: Context },
): PolicyAnswer {
  const folded = action.toLowerCase();
  return decide(
    [policy],
    (statement) =>
      statement.matchesAction(folded) &&
      statement.matchesResource(resource) &&
      statement.matchesCaller?.(names) === true &&
      (statement.condition === undefined || statement.condition(context)),
  );
}

/** True when a resource's policy allows something to callers of no name, on no condition. */
export function isPublic({ statements }: CompiledPolicy): boolean {
  return statements.some(
    ({ effect, condition, matchesCaller }) => effect === 'Allow' && !condition && matchesCaller?.([]) === true,
  );
}

/** Who wants to assume a role: a service, a user or role (with the ARN of its account), or an identity provider. */
export interface Assumer {
  kind: PrincipalKind;
  /** Any of these names it: a role session is named by its role and by its account's root. */
  names: readonly string[];
}

/** May `assumer` take the role that `trust` is the trust policy of? */
export function evaluateTrust(trust: CompiledPolicy, action: string, assumer: Assumer, context: Context): PolicyAnswer {
  const folded = action.toLowerCase();
  return decide(
    [trust],
    (statement) =>
      statement.matchesAction(folded) &&
      names(statement.principals, assumer) &&
      (statement.condition === undefined || statement.condition(context)),
  );
}

/** The smallest statement that would allow it, where no other one denies it. */
export function suggestStatement({ action, resource }: { action: string; resource: string }): {
  Effect: 'Allow';
  Action: string[];
  Resource: string[];
} {
  return { Effect: 'Allow', Action: [action], Resource: [resource] };
}

/** True when some statement asks for facts of the call, so that gathering them is worth it. */
export function hasConditions(policies: readonly CompiledPolicy[]): boolean {
  return policies.some(({ statements }) => statements.some(({ condition }) => condition !== undefined));
}

function decide(policies: readonly CompiledPolicy[], applies: (statement: CompiledStatement) => boolean): PolicyAnswer {
  let allowed: DecidingStatement | undefined;
  const considered = policies.map(({ name }) => name);
  for (const policy of policies) {
    for (const [index, statement] of policy.statements.entries()) {
      if (allowed && statement.effect === 'Allow') continue;
      if (!applies(statement)) continue;
      const deciding = { policyName: policy.name, policyType: policy.type, index, statement: statement.source };
      if (statement.effect === 'Deny') return { effect: 'deny', statement: deciding, considered };
      allowed = deciding;
    }
  }
  return { effect: allowed ? 'allow' : 'none', statement: allowed, considered };
}

function names(principals: Principals | undefined, assumer: Assumer): boolean {
  const trusted = principals?.[assumer.kind] ?? [];
  // Policies write the region of RAM's own resource names as nothing or as *: both mean the same.
  return trusted.some((name) => assumer.names.includes(name.replace(/^acs:ram:\*:/, 'acs:ram::')));
}
