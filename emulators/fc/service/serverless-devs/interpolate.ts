/** Replaces `${vars.x}`, `${env('X')}` and their like in a template; what is not served is refused by name. */
import { dirname, resolve } from 'node:path';
import { EXPANSION_CHARS_MAX } from '../../limits.ts';
import type { Findings, TemplatePath } from './problem.ts';

export interface InterpolationNeeds {
  /** The template as plain data, expressions still in it. */
  root: unknown;
  /** Path of the template, for `${path('…')}`. */
  file: string;
  env(name: string): string | undefined;
  /** `${config('AccountID')}` and the like. */
  config(name: string): string | undefined;
  findings: Findings;
}

/** Resolves one resource's component and props. */
export interface Interpolation {
  resolve(path: TemplatePath): unknown;
}

/** What an expression came to, or the reason it came to nothing. */
type Answer = { value: unknown } | { problem: string; mend?: string };
/** Where an expression stands: `this` means the resource it is in. */
interface Place {
  path: TemplatePath;
  resource: string;
}

/** What following an expression costs of EXPANSION_CHARS_MAX, however short its value. */
const EVALUATION_CHARS = 16;
const EXPRESSION = /\$\{([^}]*)\}/g;
const CALL = /^(\w+)\(\s*(?:'([^']*)'|"([^"]*)")?\s*(?:,\s*(?:'([^']*)'|"([^"]*)"))?\s*\)$/;
const SERVED =
  `Served are \${vars.x}, \${env('X')}, \${env('X', 'default')}, \${config('AccountID')}, \${path('./x')}, ` +
  `\${this.x} and \${resources.name.props.x}.`;

export function createInterpolation(needs: InterpolationNeeds): Interpolation {
  /** References being followed: one met again refers to itself. */
  const following = new Set<string>();
  let spentChars = 0;

  function resolveAt(path: TemplatePath): unknown {
    return expand(valueAt(needs.root, path), { path, resource: String(path[1]) });
  }

  function expand(value: unknown, place: Place): unknown {
    if (typeof value === 'string') return expandText(value, place);
    if (Array.isArray(value)) return value.map((item, index) => expand(item, inner(place, index)));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, expand(item, inner(place, key))]));
  }

  function expandText(text: string, place: Place): unknown {
    const found = [...text.matchAll(EXPRESSION)];
    if (found.length === 0) return text;
    const values = found.map((match) => evaluate(match[1]?.trim() ?? '', place));
    // Alone, an expression keeps its value's type; amid text it becomes text.
    if (found.length === 1 && found[0]?.[0] === text.trim()) return values[0];
    return found.reduceRight((whole, match, index) => {
      const end = match.index + match[0].length;
      return whole.slice(0, match.index) + amidText(values[index], match[0], place) + whole.slice(end);
    }, text);
  }

  function amidText(value: unknown, expression: string, place: Place): string {
    if (value === undefined) return '';
    if (typeof value !== 'object' || value === null) return String(value);
    needs.findings.problem(
      place.path,
      `${expression} is a ${Array.isArray(value) ? 'list' : 'map'}, which can't stand amid text.`,
    );
    return '';
  }

  function evaluate(expression: string, place: Place): unknown {
    // References that double at each step would otherwise be followed for hours.
    if (spentChars > EXPANSION_CHARS_MAX) return undefined;
    const call = CALL.exec(expression);
    const answer = call ? evaluateCall(call) : evaluateReference(expression, place);
    if ('problem' in answer) {
      needs.findings.problem(place.path, answer.problem, answer.mend);
      return undefined;
    }
    // Said already by the step that went over.
    if (spentChars > EXPANSION_CHARS_MAX) return undefined;
    spentChars += EVALUATION_CHARS + (JSON.stringify(answer.value) ?? '').length;
    if (spentChars <= EXPANSION_CHARS_MAX) return answer.value;
    needs.findings.problem(
      place.path,
      `The template's expressions expand to more than ${EXPANSION_CHARS_MAX} characters.`,
    );
    return undefined;
  }

  function evaluateCall(call: RegExpExecArray): Answer {
    const [text, name, single, double, fallbackSingle, fallbackDouble] = call;
    const argument = single ?? double;
    const fallback = fallbackSingle ?? fallbackDouble;
    if (argument === undefined) return { problem: `\${${text}} needs a quoted argument.` };
    if (name === 'env') return fromOutside(needs.env(argument) ?? fallback, argument);
    if (name === 'config') {
      const value = needs.config(argument);
      return value === undefined ? { problem: `\${config('${argument}')} is not known here.` } : { value };
    }
    if (name === 'path') return { value: resolve(dirname(needs.file), argument) };
    return { problem: `\${${name}(…)} is not served.`, mend: SERVED };
  }

  function evaluateReference(expression: string, { resource }: Place): Answer {
    const [head, ...rest] = expression.split('.');
    if (head === 'vars') return follow(['vars', ...rest], expression);
    if (head === 'this' && rest.length === 1 && rest[0] === 'name') return { value: resource };
    if (head === 'this' && isOneOf(rest[0], THIS_KEYS)) return follow(['resources', resource, ...rest], expression);
    if (head === 'resources' && rest[1] === 'props') return follow(['resources', ...rest], expression);
    if (head === 'resources' && rest[1] === 'output')
      return { problem: `\${${expression}} is not served: a deploy here has no output to refer to.`, mend: SERVED };
    return { problem: `\${${expression}} is not served.`, mend: SERVED };
  }

  function follow(path: TemplatePath, expression: string): Answer {
    const name = path.join('.');
    if (following.has(name)) return { problem: `\${${expression}} refers to itself.` };
    if (valueAt(needs.root, path) === undefined)
      return { problem: `\${${expression}}: the template has no ${name}.`, mend: `Add ${name}, or correct the name.` };
    following.add(name);
    const value = expand(valueAt(needs.root, path), { path, resource: String(path[0] === 'resources' ? path[1] : '') });
    following.delete(name);
    return { value };
  }

  return { resolve: resolveAt };
}

const THIS_KEYS = ['props', 'component', 'access'];

function fromOutside(value: string | undefined, name: string): Answer {
  if (value !== undefined) return { value };
  return {
    problem: `The environment variable ${name} is not set.`,
    mend: `Set it, or give a default: \${env('${name}', 'default')}.`,
  };
}

function isOneOf(value: string | undefined, known: readonly string[]): boolean {
  return value !== undefined && known.includes(value);
}

function inner({ path, resource }: Place, step: string | number): Place {
  return { path: [...path, step], resource };
}

/** Own properties only: `${vars.constructor}` is no value of anybody's. */
export function valueAt(root: unknown, path: TemplatePath): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}
