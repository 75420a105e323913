/** Makes the texts a target is given from an event. Help page "Event transformation". */
import { writeExact } from '../../../src/kernel/exact-json.ts';
import { readVariables } from './check.ts';
import { type Param, TRANSFORMED_CHARACTERS_MAX } from './param.ts';
import { compilePath, type Finder } from './path.ts';
import { escapeText, parseTemplate } from './template.ts';

export interface Source {
  /** The event as JSON, to the letter: ORIGINAL hands on these very bytes. */
  text: string;
  /** The same, as `readExact` reads it. */
  event: unknown;
}

export interface Transformed {
  text: string;
  /** Paths that lead nowhere in this event; of a template with the variable, once each. */
  missing: string[];
  /** What looks like a variable of the template and is none, and so stands in the text as it is. */
  unnamed?: string[];
  /** It grew past TRANSFORMED_CHARACTERS_MAX, and the text is not whole. */
  isTooLong?: boolean;
}

type Made = (source: Source) => Transformed;

/** Compiled once a parameter: rows that are read anew are other objects, and are compiled anew. */
const compiled = new WeakMap<Param, Promise<Made>>();

export async function transform(param: Param, source: Source): Promise<Transformed> {
  let made = compiled.get(param);
  if (!made) {
    made = compile(param);
    compiled.set(param, made);
  }
  return (await made)(source);
}

async function compile({ form, value, template }: Param): Promise<Made> {
  switch (form) {
    case 'ORIGINAL':
      return ({ text }) => ({ text, missing: [] });
    case 'CONSTANT':
      return () => ({ text: value, missing: [] });
    case 'JSONPATH': {
      const find = await compilePath(value);
      return ({ event }) => {
        const found = find?.(event);
        return { text: found ? textOf(found.found) : '', missing: found ? [] : [value] };
      };
    }
    case 'TEMPLATE':
      return compileTemplate(value, template);
    default:
      return form satisfies never;
  }
}

async function compileTemplate(value: string, template: string): Promise<Made> {
  const pieces = parseTemplate(template);
  const finders = new Map<string, Finder | string>();
  // A Value that is no path is the text itself: that is how constants get into a template.
  const variables = readVariables(value) ?? {};
  for (const [name, text] of Object.entries(variables)) finders.set(name, (await compilePath(text)) ?? text);

  return ({ event }) => {
    const missing = new Set<string>();
    const unnamed = new Set<string>();
    let text = '';
    for (const piece of pieces) {
      // A short template may name a large part of the event thousands of times.
      if (text.length > TRANSFORMED_CHARACTERS_MAX) break;
      if ('text' in piece) {
        text += piece.text;
        continue;
      }
      const finder = finders.get(piece.variable);
      // Not a variable of this template: the engine leaves it as it stands.
      if (finder === undefined) {
        text += piece.source;
        unnamed.add(piece.source);
      } else if (typeof finder === 'string') text += escapeText(finder, piece.escape);
      else {
        const found = finder(event);
        // UNVERIFIED EVB-111: the engine leaves the variable in the text; the help page says it becomes empty.
        if (found) text += escapeText(textOf(found.found), piece.escape);
        else missing.add(`${variables[piece.variable]}, which is ${piece.source},`);
      }
    }
    const told = { missing: [...missing], ...(unnamed.size > 0 ? { unnamed: [...unnamed] } : {}) };
    return { text, ...told, ...(text.length > TRANSFORMED_CHARACTERS_MAX ? { isTooLong: true } : {}) };
  };
}

/** A text without its quotes, anything else as JSON. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : writeExact(value);
}
