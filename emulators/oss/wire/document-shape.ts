/** Describes a configuration document once: how it is read strictly, kept and written back come from the same lines. */
import { z } from 'zod';
import { type XmlContent, type XmlValue, xmlChildren } from '../../../src/protocols/xml.ts';
import type { DocumentKind } from '../service/documents.ts';
import { assertElements, trueOrFalse, wholeNumber } from './document-xml.ts';
import { malformed } from './xml-body.ts';

/** What may stand at one place of a document. `name` is the element's, for refusals. */
export interface Shape<Value> {
  schema: z.ZodType<Value>;
  read(content: XmlContent, name: string): Value;
}

/** How often it may stand there. */
interface Member<Value> {
  schema: z.ZodType<Value>;
  readAll(found: readonly XmlContent[], name: string, where: string): Value;
}

type Members = Readonly<Record<string, Shape<unknown> | Member<unknown>>>;

type ValueOf<Part> = Part extends Member<infer Value> ? Value : Part extends Shape<infer Value> ? Value : never;

/** What a shape reads. */
export type Read<Of extends Shape<unknown>> = ReturnType<Of['read']>;

type ElementOf<Parts> = { -readonly [Name in keyof Parts]: ValueOf<Parts[Name]> };

export interface TextRules {
  oneOf?: readonly string[];
  matching?: RegExp;
  lengthMax?: number;
}

const TEXT_LENGTH_MAX = 4096;
const LIST_LENGTH_MAX = 100;

export function text({ oneOf, matching, lengthMax = TEXT_LENGTH_MAX }: TextRules = {}): Shape<string> {
  return {
    get schema() {
      return z.string();
    },
    read(content, name) {
      if (typeof content !== 'string') throw malformed(`${name} must hold text.`);
      const value = content.trim();
      if (oneOf && !oneOf.includes(value)) throw malformed(`${name} must be ${oneOf.join(' or ')}, not ${value}.`);
      if (value.length > lengthMax) throw malformed(`${name} is longer than ${lengthMax} characters.`);
      if (matching && !matching.test(value)) throw malformed(`${name} may not be ${value}.`);
      return value;
    },
  };
}

export const flag: Shape<boolean> = {
  get schema() {
    return z.boolean();
  },
  read(content, name) {
    const value = trueOrFalse(text().read(content, name), name);
    if (value === undefined) throw malformed(`${name} must be true or false.`);
    return value;
  },
};

export function whole({ min, max }: { min: number; max: number }): Shape<number> {
  return {
    get schema() {
      return z.number();
    },
    read(content, name) {
      const value = wholeNumber(text().read(content, name), name);
      if (value === undefined || value < min || value > max)
        throw malformed(`${name} must be a whole number from ${min} to ${max}.`);
      return value;
    },
  };
}

/** An element with these children, in any order, and no others; a child stands once unless said otherwise. */
export function element<const Parts extends Members>(parts: Parts): Shape<ElementOf<Parts>> {
  let schema: z.ZodType<ElementOf<Parts>> | undefined;
  return {
    // Made with its first use: those of all documents together would cost the start.
    get schema() {
      schema ??= z.object(
        Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.schema])),
      ) as unknown as z.ZodType<ElementOf<Parts>>;
      return schema;
    },
    read(content, where) {
      assertElements(content, Object.keys(parts), where);
      const found: Record<string, unknown> = {};
      for (const [name, part] of Object.entries(parts)) {
        const value = memberOf(part).readAll(xmlChildren(content, name), name, where);
        if (value !== undefined) found[name] = value;
      }
      return found as ElementOf<Parts>;
    },
  };
}

export function optional<Value>(shape: Shape<Value>): Member<Value | undefined> {
  return {
    get schema() {
      return shape.schema.optional();
    },
    readAll: (found, name) => (found.length === 0 ? undefined : readOnly(shape, found, name)),
  };
}

/** An empty element among them is none: some clients write one for an empty list. */
export function list<Value>(shape: Shape<Value>, { lengthMax = LIST_LENGTH_MAX } = {}): Member<Value[]> {
  return {
    get schema() {
      return z.array(shape.schema);
    },
    readAll(found, name) {
      const filled = found.filter((content) => content !== '');
      if (filled.length > lengthMax) throw malformed(`${name} stands more than ${lengthMax} times.`);
      return filled.map((content) => shape.read(content, name));
    },
  };
}

/** The document as it goes back: what was read has the names of its elements already. */
export function shapeXml(value: unknown): XmlValue {
  return value as XmlValue;
}

/** A kind of document that is kept as it is written. */
export function kindOf<Value>(kind: string, shape: Shape<Value>): DocumentKind<Value> {
  return {
    kind,
    get schema() {
      return shape.schema;
    },
  };
}

function memberOf(part: Shape<unknown> | Member<unknown>): Pick<Member<unknown>, 'readAll'> {
  return 'readAll' in part ? part : { readAll: required(part) };
}

function required<Value>(shape: Shape<Value>): Member<Value>['readAll'] {
  return (found, name, where) => {
    if (found.length === 0) throw malformed(`${where} needs ${name}.`);
    return readOnly(shape, found, name);
  };
}

function readOnly<Value>(shape: Shape<Value>, found: readonly XmlContent[], name: string): Value {
  if (found.length > 1) throw malformed(`${name} may stand once only.`);
  return shape.read(found[0] ?? '', name);
}
