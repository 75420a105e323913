/** XML as the REST services speak it: elements and text, no entities of the sender's own, no DTD, bounded in size and depth. */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { LongNumber } from '../kernel/exact-json.ts';

/** What is inside an element: its text, or its children by name. An empty element is ''. */
export type XmlContent = string | XmlChildren;
export interface XmlChildren {
  readonly [name: string]: XmlContent | readonly XmlContent[];
}

export type ParsedXml =
  | { ok: true; root: string; content: XmlContent }
  /** `reason` is for people: where and why it is not well-formed. */
  | { ok: false; reason: string };

/** No document of the services we speak for nests deeper than eight. */
export const XML_DEPTH_MAX = 32;
/** A document larger than this is refused unread; operations with their own limit set a lower one. */
export const XML_BYTES_MAX = 4 * 1024 * 1024;

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  removeNSPrefix: true,
  trimValues: false,
  parseTagValue: false,
  maxNestedTags: XML_DEPTH_MAX,
  entityDecoder: {
    decode: decodeEntities,
    setExternalEntities: () => {},
    addInputEntities: () => {},
    reset: () => {},
    setXmlVersion: () => {},
  },
});

/** Never throws: what is no XML is an answer here. */
export function parseXml(document: Uint8Array | string): ParsedXml {
  if (document.length > XML_BYTES_MAX)
    return { ok: false, reason: `The document is larger than ${XML_BYTES_MAX} bytes.` };
  const text = decodeText(document);
  if (text === undefined) return { ok: false, reason: 'The document is not UTF-8.' };
  if (/<!DOCTYPE/i.test(text)) return { ok: false, reason: 'A document type declaration is not accepted.' };

  const valid = XMLValidator.validate(text);
  if (valid !== true) return { ok: false, reason: `${valid.err.msg} Line ${valid.err.line}, column ${valid.err.col}.` };
  return readRoot(text);
}

/** The elements called `name`, whether the document has none, one or many of them. */
export function xmlChildren(content: XmlContent | undefined, name: string): readonly XmlContent[] {
  if (content === undefined || typeof content === 'string') return [];
  const found = Object.hasOwn(content, name) ? content[name] : undefined;
  if (found === undefined) return [];
  return Array.isArray(found) ? found : [found as XmlContent];
}

/** The text of the first element called `name`; undefined when there is none, or when it has elements inside. */
export function xmlText(content: XmlContent | undefined, name: string): string | undefined {
  const [first] = xmlChildren(content, name);
  return typeof first === 'string' ? first : undefined;
}

/** Under this name stand objects whose elements follow one another as they are: for elements that alternate. */
export const XML_IN_ORDER = '';

/** What may stand in an element: an array repeats the element, undefined leaves it out. */
export type XmlValue =
  | string
  | number
  | boolean
  | undefined
  | readonly XmlValue[]
  | { readonly [name: string]: XmlValue };

/** A whole document: `renderXml('LocationConstraint', 'oss-cn-beijing')`. */
export function renderXml(root: string, value: XmlValue): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${renderElement(root, value ?? '')}`;
}

function renderElement(name: string, value: XmlValue): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value === '' ? `<${name}></${name}>` : `<${name}>${escapeXml(value)}</${name}>`;
  if (typeof value !== 'object' || value instanceof LongNumber) return `<${name}>${value}</${name}>`;
  if (isList(value)) {
    let repeated = '';
    for (const item of value) repeated += renderElement(name, item);
    return repeated;
  }
  let inner = '';
  for (const child in value) inner += renderElement(child, value[child]);
  return name === XML_IN_ORDER ? inner : `<${name}>${inner}</${name}>`;
}

function isList(value: XmlValue): value is readonly XmlValue[] {
  return Array.isArray(value);
}

// Matches what must be escaped in text: markup, and the control characters, of which a parser would drop or change some.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about.
const UNSAFE = /[&<>"'\u0000-\u0008\u000b-\u001f\u007f\ufffe\uffff]/g;
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Control characters become references: XML 1.0 has no clean way for them, and this one comes back unchanged from lenient parsers. */
export function escapeXml(text: string): string {
  if (text.search(UNSAFE) < 0) return text;
  return text.replace(UNSAFE, (char) => ESCAPES[char] ?? `&#${char.charCodeAt(0)};`);
}

function decodeText(document: Uint8Array | string): string | undefined {
  if (typeof document === 'string') return document;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(document);
  } catch {
    // Bytes that are no UTF-8 are the sender's mistake, told by the caller.
    return undefined;
  }
}

function readRoot(text: string): ParsedXml {
  let parsed: Record<string, unknown>;
  try {
    parsed = parser.parse(text) as Record<string, unknown>;
  } catch (error) {
    // The parser throws for depth, reserved names and our own refusals of entities: all the sender's.
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
  const roots = Object.entries(parsed).filter(([name]) => name !== '#text');
  const [root] = roots;
  if (!root || roots.length > 1 || Array.isArray(root[1]))
    return { ok: false, reason: 'A document has exactly one root element.' };
  return { ok: true, root: root[0], content: withoutLayout(root[1]) };
}

/** Drops the white space between elements, which the parser keeps because text must not be trimmed. */
function withoutLayout(value: unknown): XmlContent {
  if (typeof value !== 'object' || value === null) return String(value ?? '');
  const children: Record<string, XmlContent | XmlContent[]> = {};
  for (const [name, child] of Object.entries(value)) {
    if (name === '#text') continue;
    children[name] = Array.isArray(child) ? child.map(withoutLayout) : withoutLayout(child);
  }
  return children;
}

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w+));|&/g, (whole, hex, decimal, name) => {
    if (name !== undefined && Object.hasOwn(ENTITIES, name)) return ENTITIES[name] ?? whole;
    const code = hex === undefined ? Number.parseInt(decimal ?? '', 10) : Number.parseInt(hex, 16);
    if (Number.isNaN(code) || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
      throw new Error(`The entity ${whole} is not accepted.`);
    return String.fromCodePoint(code);
  });
}
