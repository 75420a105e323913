/** Reads configuration documents strictly: an element that would be ignored is refused by its name. */
import { type XmlContent, xmlChildren } from '../../../src/protocols/xml.ts';
import { malformed } from './xml-body.ts';

/** Throws for a child that is none of the known ones. `where` names the element in the refusal. */
export function assertElements(content: XmlContent, known: readonly string[], where: string): void {
  if (typeof content === 'string') {
    if (content.trim() !== '') throw malformed(`${where} must hold elements, not text.`);
    return;
  }
  for (const name of Object.keys(content))
    if (!known.includes(name)) throw malformed(`${where} has an unknown element ${name}.`);
}

/** The texts of all children called `name`. */
export function texts(content: XmlContent, name: string): string[] {
  return xmlChildren(content, name).map((child) => {
    if (typeof child !== 'string') throw malformed(`${name} must hold text.`);
    return child.trim();
  });
}

/** The text of the only child called `name`; undefined when there is none. */
export function optionalText(content: XmlContent, name: string): string | undefined {
  const found = texts(content, name);
  if (found.length > 1) throw malformed(`${name} may stand once only.`);
  return found[0];
}

export function requiredText(content: XmlContent, name: string, where: string): string {
  const found = optionalText(content, name);
  if (found === undefined) throw malformed(`${where} needs ${name}.`);
  return found;
}

/** The only child called `name`; undefined when there is none. */
export function optionalElement(content: XmlContent, name: string): XmlContent | undefined {
  const found = xmlChildren(content, name);
  if (found.length > 1) throw malformed(`${name} may stand once only.`);
  return found[0];
}

export function wholeNumber(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^-?\d{1,15}$/.test(text)) throw malformed(`${name} must be a whole number, not ${text}.`);
  return Number(text);
}

export function trueOrFalse(text: string | undefined, name: string): boolean | undefined {
  if (text === undefined) return undefined;
  const folded = text.toLowerCase();
  if (folded !== 'true' && folded !== 'false') throw malformed(`${name} must be true or false, not ${text}.`);
  return folded === 'true';
}
