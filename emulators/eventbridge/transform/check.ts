/** What is wrong with a parameter, told when its target is made and not when an event fails. */
import type { Param } from './param.ts';
import { PARAM_CHARACTERS_MAX } from './param.ts';
import { compilePath } from './path.ts';
import { parseTemplate } from './template.ts';

export type Variables = Readonly<Record<string, string>>;

/** Undefined when it can be used; otherwise one sentence. */
export async function checkParam(param: Param): Promise<string | undefined> {
  const { key, form, value, template } = param;
  for (const [name, text] of [
    ['Value', value],
    ['Template', template],
  ] as const) {
    if (text.length > PARAM_CHARACTERS_MAX)
      return `the ${name} of "${key}" has ${text.length} characters, more than ${PARAM_CHARACTERS_MAX}`;
  }
  if (form === 'JSONPATH' && !(await compilePath(value)))
    return `the Value of "${key}" must be one definite JSONPath such as $.data.name, not "${value.slice(0, 100)}"`;
  if (form === 'TEMPLATE' && !readVariables(value))
    return `the Value of "${key}" must be a JSON object whose members are texts, numbers, booleans or null`;
  return undefined;
}

/** What probably does not do what its writer wants. */
export function lintParam({ key, form, value, template }: Param): string | undefined {
  if (form !== 'TEMPLATE') return undefined;
  if (template.includes('$.') && !template.includes('${'))
    return `the Template of "${key}" has a JSONPath in it, which stays as it is: name it in Value and write \${name} in Template`;
  const variables = readVariables(value) ?? {};
  for (const piece of parseTemplate(template))
    if ('variable' in piece && !Object.hasOwn(variables, piece.variable))
      return `the Template of "${key}" has ${piece.source.slice(0, 100)}, which stays as it is: Value names no such variable`;
  return undefined;
}

/** The variables of a template. Undefined for what is no JSON object of plain values: nesting is not supported. */
export function readVariables(value: string): Variables | undefined {
  if (value.trim() === '') return {};
  const parsed = parseObject(value);
  if (!parsed) return undefined;
  const variables: Record<string, string> = Object.create(null);
  for (const [name, member] of Object.entries(parsed)) {
    if (typeof member === 'object' && member !== null) return undefined;
    variables[name] = typeof member === 'string' ? member : String(member);
  }
  return variables;
}

function parseObject(text: string): object | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : undefined;
  } catch {
    // Told as "must be a JSON object" by the caller.
    return undefined;
  }
}
