/** An object's tags as its two wires have them: the header of a writer, and the document. */
import { xmlChildren, xmlText } from '../../../src/protocols/xml.ts';
import { assertTags, hasTwins } from '../service/tags.ts';
import type { ObjectTag } from '../store/object-store.ts';
import { invalidArgument } from './object-headers.ts';
import { malformed, readXmlBody } from './xml-body.ts';

const HEADER = 'x-oss-tagging';
const HEADER_MALFORMED =
  "The header 'x-oss-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.";

/** `a=1&b=2`, URL-encoded; a name alone has the empty value. Undefined when the header isn't sent. */
export function readTags(headers: Readonly<Record<string, string>>): ObjectTag[] | undefined {
  const text = headers[HEADER];
  if (text === undefined) return undefined;
  const tags = text
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const [key, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
      return { key: decode(key, text), value: decode(value, text) };
    });
  if (hasTwins(tags)) throw invalidArgument(HEADER_MALFORMED, HEADER, text);
  assertTags(tags);
  return tags;
}

function decode(part: string, header: string): string {
  try {
    return decodeURIComponent(part.replaceAll('+', ' '));
  } catch {
    throw invalidArgument(HEADER_MALFORMED, HEADER, header);
  }
}

export function readTaggingXml(bytes: Uint8Array, headers: Readonly<Record<string, string>>): ObjectTag[] {
  const content = readXmlBody({ bytes, headers, root: 'Tagging' });
  const [set, ...more] = xmlChildren(content, 'TagSet');
  if (set === undefined || more.length > 0) throw malformed('A Tagging has one TagSet.');
  return xmlChildren(set, 'Tag').map((tag) => {
    const key = xmlText(tag, 'Key');
    const value = xmlText(tag, 'Value');
    if (key === undefined || value === undefined) throw malformed('A Tag has a Key and a Value.');
    return { key, value };
  });
}

export function taggingXml(tags: readonly ObjectTag[]) {
  return { TagSet: { Tag: tags.map(({ key, value }) => ({ Key: key, Value: value })) } };
}
