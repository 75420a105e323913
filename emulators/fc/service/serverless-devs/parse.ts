/** Reads a Serverless Devs template (s.yaml, edition 3.0.0, component fc3) into function definitions. Pure: no file, no process. */
import { isMap, LineCounter, type Node, parseDocument } from 'yaml';
import { TEMPLATE_CHARS_MAX } from '../../limits.ts';
import type { FunctionDefinition } from '../function-definition.ts';
import { defineFunction } from './definition.ts';
import { createInterpolation, type Interpolation, valueAt } from './interpolate.ts';
import { reportIssues } from './issues.ts';
import { suggest } from './nearest.ts';
import { createFindings, type Findings, type TemplateProblem } from './problem.ts';
import { propsSchema } from './props.ts';

export interface ServerlessDevsTemplate {
  text: string;
  /** Named in problems, and what `${path('…')}` is relative to. */
  path: string;
  env(name: string): string | undefined;
  /** `${config('AccountID')}`; absent: nothing is known. */
  config?: ((name: string) => string | undefined) | undefined;
}

export type ParsedTemplate =
  | { ok: true; functions: FunctionDefinition[]; warnings: TemplateProblem[] }
  | { ok: false; problems: TemplateProblem[] };

const TOP_KEYS = ['edition', 'name', 'access', 'vars', 'actions', 'resources', 'template'];
const RESOURCE_KEYS = ['component', 'access', 'props', 'actions', 'extend'];
/** `fc3`, also with a version or its publisher. */
const FC3 = /^(devsapp\/)?fc3(@[\w.-]+)?$/;

export function parseServerlessDevs(template: ServerlessDevsTemplate): ParsedTemplate {
  const lines = new LineCounter();
  const { text, path: file } = template;
  if (text.length > TEMPLATE_CHARS_MAX) {
    const findings = createFindings({ file, root: null, lines });
    findings.problem([], `The template is longer than ${TEMPLATE_CHARS_MAX} characters.`);
    return { ok: false, problems: findings.problems };
  }
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false });
  const findings = createFindings({ file, root: document.contents as Node | null, lines });
  for (const { message, pos } of document.errors) {
    const { line, col } = lines.linePos(pos[0]);
    findings.problems.push({ file, line, column: col, path: '', message: `This is not YAML: ${message}.`, mend: '' });
  }
  if (findings.problems.length > 0) return { ok: false, problems: findings.problems };
  if (!isMap(document.contents)) {
    findings.problem([], 'A template is a map with edition, name and resources.');
    return { ok: false, problems: findings.problems };
  }
  const root = plainData(() => document.toJS(), findings);
  const functions = root === undefined ? [] : readResources(root, template, findings);
  if (findings.problems.length > 0) return { ok: false, problems: findings.problems };
  return { ok: true, functions, warnings: findings.warnings };
}

/** Aliases that stand for aliases can make a small text enormous; the library stops there, and throws. */
function plainData(convert: () => unknown, findings: Findings): unknown {
  try {
    return convert();
  } catch (error) {
    findings.problem([], `The template can't be read: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

function readResources(root: unknown, template: ServerlessDevsTemplate, findings: Findings): FunctionDefinition[] {
  refuseUnknownKeys(root, { path: [], known: TOP_KEYS, findings });
  const edition = valueAt(root, ['edition']);
  if (String(edition) !== '3.0.0')
    findings.problem(
      ['edition'],
      edition === undefined ? 'edition is missing.' : `Edition ${String(edition)} is not served.`,
      'Write edition: 3.0.0.',
    );
  if (valueAt(root, ['actions']) !== undefined) warnOfActions(['actions'], findings);
  if (valueAt(root, ['template']) !== undefined)
    findings.problem(
      ['template'],
      'template and extend are not served.',
      'Write the props out, or share them with a YAML anchor.',
    );

  const resources = valueAt(root, ['resources']);
  if (typeof resources !== 'object' || resources === null || Array.isArray(resources)) {
    findings.problem(['resources'], 'resources is missing: a map of name to component and props.');
    return [];
  }
  const { env, config = () => undefined, path: file } = template;
  const interpolation = createInterpolation({ root, file, env, config, findings });
  const functions = Object.keys(resources).flatMap(
    (name) => readResource(name, { root, interpolation, findings }) ?? [],
  );
  refuseSameNames(functions, resources, findings);
  return functions;
}

interface ResourceNeeds {
  root: unknown;
  interpolation: Interpolation;
  findings: Findings;
}

function readResource(name: string, { root, interpolation, findings }: ResourceNeeds): FunctionDefinition | undefined {
  const path = ['resources', name];
  refuseUnknownKeys(valueAt(root, path), { path, known: RESOURCE_KEYS, findings });
  const component = interpolation.resolve([...path, 'component']);
  if (typeof component !== 'string') {
    findings.problem([...path, 'component'], 'component is missing.', 'Write component: fc3.');
    return undefined;
  }
  if (!FC3.test(component)) {
    findings.warn([...path, 'component'], `Component ${component} is not served: the resource is passed over.`);
    return undefined;
  }
  if (valueAt(root, [...path, 'actions']) !== undefined) warnOfActions([...path, 'actions'], findings);
  if (valueAt(root, [...path, 'extend']) !== undefined)
    findings.problem(
      [...path, 'extend'],
      'template and extend are not served.',
      'Write the props out, or share them with a YAML anchor.',
    );

  const before = findings.problems.length;
  const props = interpolation.resolve([...path, 'props']);
  // What a failed expression left open would only be complained about twice.
  if (findings.problems.length > before) return undefined;
  const at = [...path, 'props'];
  const parsed = propsSchema.safeParse(props ?? {});
  if (parsed.success) return defineFunction(parsed.data, at, findings);
  reportIssues(parsed.error, { schema: propsSchema, value: props ?? {}, path: at, findings });
  return undefined;
}

function warnOfActions(path: string[], findings: Findings): void {
  findings.warn(path, 'actions are not run: what they build must be there before.');
}

function refuseUnknownKeys(
  value: unknown,
  { path, known, findings }: { path: string[]; known: string[]; findings: Findings },
): void {
  if (typeof value !== 'object' || value === null) return;
  for (const key of Object.keys(value))
    if (!known.includes(key)) findings.problem([...path, key], `Unknown key "${key}".`, suggest(key, known));
}

function refuseSameNames(functions: readonly FunctionDefinition[], resources: object, findings: Findings): void {
  const seen = new Set<string>();
  for (const { functionName } of functions) {
    if (seen.has(functionName))
      findings.problem(
        ['resources'],
        `Two of the resources ${Object.keys(resources).join(', ')} are the function ${functionName}.`,
      );
    seen.add(functionName);
  }
}
