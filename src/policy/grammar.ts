/** The policy grammar: reads a document into statements that can be checked, or says in whole sentences what is wrong with it. */
import { nearestKey } from '../kernel/nearest-key.ts';
import { type ConditionCheck, compileConditions, isObject } from './conditions.ts';
import { compileWildcard, type Matcher } from './wildcard.ts';

/** Identity policies say on which resources, trust policies say who, resource policies both. */
export type PolicyKind = 'identity' | 'trust' | 'resource';

export interface CompiledStatement {
  effect: 'Allow' | 'Deny';
  /** Takes the action in lower case. */
  matchesAction: Matcher;
  /** Always true in a trust policy: the role it is of is the resource. */
  matchesResource: Matcher;
  /** Undefined when there is no Condition. */
  condition: ConditionCheck | undefined;
  /** Undefined in an identity policy. */
  principals: Principals | undefined;
  /** In a resource policy: is it about a caller of any of these names? An anonymous one has none. */
  matchesCaller: CallerMatcher | undefined;
  /** As it was written. */
  source: unknown;
}

export type CallerMatcher = (names: readonly string[]) => boolean;
export type PrincipalKind = 'RAM' | 'Service' | 'Federated';
export type Principals = Readonly<Partial<Record<PrincipalKind, readonly string[]>>>;

export type ParsedPolicy = { ok: true; statements: CompiledStatement[] } | { ok: false; problems: string[] };

/** Parses a document, given as an object or as JSON text. An element that could not be evaluated is a problem, never ignored. */
export function parsePolicy(document: unknown, kind: PolicyKind): ParsedPolicy {
  const given = typeof document === 'string' ? fromJson(document) : document;
  if (!isObject(given)) return { ok: false, problems: ['The document is no JSON object.'] };
  const problems = unknownElements(given, ['Version', 'Statement'], 'The document');
  if (given.Version !== '1') problems.push('Version must be "1".');
  const { Statement } = given;
  const list = Array.isArray(Statement) ? Statement : [];
  if (list.length === 0) problems.push('Statement must be a list of at least one statement.');
  const statements = list
    .map((statement: unknown, index) => compileStatement(statement, kind, `Statement[${index}]`, problems))
    .filter((statement) => statement !== undefined);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, statements };
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The caller is told that it is no JSON object.
    return undefined;
  }
}

const ELEMENTS: Readonly<Record<PolicyKind, readonly string[]>> = {
  identity: ['Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'],
  trust: ['Effect', 'Action', 'NotAction', 'Principal', 'Condition'],
  resource: ['Effect', 'Action', 'NotAction', 'Principal', 'Resource', 'NotResource', 'Condition'],
};

function compileStatement(
  statement: unknown,
  kind: PolicyKind,
  where: string,
  problems: string[],
): CompiledStatement | undefined {
  if (!isObject(statement)) {
    problems.push(`${where} must be an object.`);
    return undefined;
  }
  problems.push(...unknownElements(statement, ELEMENTS[kind], where));
  const { Effect, Condition } = statement;
  if (Effect !== 'Allow' && Effect !== 'Deny') problems.push(`${where}.Effect must be "Allow" or "Deny".`);
  const matchesAction = oneOf(statement, ACTION, where, problems);
  const matchesResource = kind === 'trust' ? () => true : oneOf(statement, RESOURCE, where, problems);
  const principals = kind === 'trust' ? readPrincipals(statement.Principal, where, problems) : undefined;
  const condition = Condition === undefined ? undefined : compileConditions(Condition, `${where}.Condition`);
  if (condition && !condition.ok) problems.push(...condition.problems);
  return {
    effect: Effect === 'Deny' ? 'Deny' : 'Allow',
    matchesAction,
    matchesResource,
    condition: condition?.ok ? condition.check : undefined,
    principals,
    matchesCaller: kind === 'resource' ? readCallers(statement.Principal, where, problems) : undefined,
    source: statement,
  };
}

interface PatternElement {
  name: 'Action' | 'Resource';
  isPattern(pattern: string): boolean;
  wants: string;
  fold(pattern: string): string;
}

const ACTION: PatternElement = {
  name: 'Action',
  isPattern: (pattern) => pattern === '*' || /^[\w*?-]+:[\w*?-]+$/.test(pattern),
  wants: '* or service:Action, such as oss:GetObject',
  // UNVERIFIED RAM-003: whether actions are compared without regard to case is not documented.
  fold: (pattern) => pattern.toLowerCase(),
};

const RESOURCE: PatternElement = {
  name: 'Resource',
  isPattern: (pattern) => pattern === '*' || pattern.startsWith('acs:'),
  wants: '* or acs:service:region:account:resource, such as acs:oss:*:*:my-bucket/*',
  fold: (pattern) => pattern,
};

/** Action or NotAction, Resource or NotResource: exactly one of the pair. */
function oneOf(
  statement: Readonly<Record<string, unknown>>,
  element: PatternElement,
  where: string,
  problems: string[],
): Matcher {
  const { name } = element;
  const isNegated = statement[name] === undefined;
  const used = isNegated ? `Not${name}` : name;
  const value = statement[used];
  if (value === undefined || (!isNegated && statement[`Not${name}`] !== undefined)) {
    problems.push(`${where} must have exactly one of ${name} and Not${name}.`);
    return () => false;
  }
  const patterns = textList(value);
  if (!patterns) problems.push(`${where}.${used} must be text or a list of texts.`);
  const list = patterns ?? [];
  for (const pattern of list)
    if (!element.isPattern(pattern))
      problems.push(`${where}.${used}: ${JSON.stringify(pattern)} must be ${element.wants}.`);
  const matchesAny = anyOf(list.map((pattern) => compileWildcard(element.fold(pattern))));
  return isNegated ? (text) => !matchesAny(text) : matchesAny;
}

function anyOf(matchers: readonly Matcher[]): Matcher {
  const [only] = matchers;
  if (only && matchers.length === 1) return only;
  return (text) => {
    for (const matches of matchers) if (matches(text)) return true;
    return false;
  };
}

const CALLER = /^(\*|[\d*?]+|arn:sts::[\d*]+:assumed-role\/[^/]+\/[^/]+)$/;

/** Help page "Bucket policies": ids of accounts and users, ARNs of sessions with wildcards, `*`; no one at all means everybody. */
function readCallers(value: unknown, where: string, problems: string[]): CallerMatcher {
  // oss2 2.19 tests: it may be left out. alibabacloud-oss-v2 1.3 tests for Python: a bucket is public by such a statement.
  const isUnnamed = value === undefined || (Array.isArray(value) && value.length === 0);
  const list = isUnnamed ? ['*'] : textList(value);
  if (!list) {
    problems.push(`${where}.Principal must be text or a list of texts.`);
    return () => false;
  }
  for (const name of list)
    if (!CALLER.test(name))
      problems.push(
        `${where}.Principal: ${JSON.stringify(name)} must be *, the id of an account or user, or arn:sts::ACCOUNT:assumed-role/ROLE/SESSION.`,
      );
  if (list.includes('*')) return () => true;
  const matches = anyOf(list.map((name) => compileWildcard(name)));
  return (names) => names.some(matches);
}

const PRINCIPAL_KINDS: readonly PrincipalKind[] = ['RAM', 'Service', 'Federated'];

function readPrincipals(value: unknown, where: string, problems: string[]): Principals {
  const principals: Partial<Record<PrincipalKind, readonly string[]>> = {};
  if (!isObject(value) || Object.keys(value).length === 0) {
    problems.push(`${where}.Principal must be an object with RAM, Service or Federated.`);
    return principals;
  }
  problems.push(...unknownElements(value, PRINCIPAL_KINDS, `${where}.Principal`));
  for (const kind of PRINCIPAL_KINDS) {
    if (value[kind] === undefined) continue;
    const list = textList(value[kind]);
    if (list) principals[kind] = list;
    else problems.push(`${where}.Principal.${kind} must be text or a list of texts.`);
  }
  return principals;
}

/** One text is the same as a list of it; undefined for anything else and for an empty list. */
function textList(value: unknown): string[] | undefined {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.length > 0 && list.every((item) => typeof item === 'string') ? (list as string[]) : undefined;
}

function unknownElements(value: Readonly<Record<string, unknown>>, known: readonly string[], where: string): string[] {
  return Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const near = nearestKey(key, known);
      return `${where} has an unknown element ${key}${near ? `; did you mean ${near}?` : '.'}`;
    });
}
