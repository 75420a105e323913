/** Documents described by their shape: strict in, the same out. */
import { expect, test } from 'vitest';
import {
  element,
  flag,
  list,
  optional,
  type Shape,
  shapeXml,
  text,
  whole,
} from '../../../../../emulators/oss/wire/document-shape.ts';
import { parseXml, renderXml } from '../../../../../src/protocols/xml.ts';

const shape = element({
  Name: text({ oneOf: ['a', 'b'] }),
  Count: optional(whole({ min: 1, max: 3 })),
  On: optional(flag),
  Inner: optional(element({ Item: list(text({ matching: /^[a-z]+$/, lengthMax: 3 }), { lengthMax: 2 }) })),
});

function read<Value>(of: Shape<Value>, inner: string): Value {
  const parsed = parseXml(`<Root>${inner}</Root>`);
  if (!parsed.ok) throw new Error(parsed.reason);
  return of.read(parsed.content, 'Root');
}

test('what was read is written back as it was', () => {
  const inner = '<Name>a</Name><Count>2</Count><On>true</On><Inner><Item>x</Item><Item>y</Item></Inner>';
  const value = read(shape, inner);
  expect(value).toEqual({ Name: 'a', Count: 2, On: true, Inner: { Item: ['x', 'y'] } });
  expect(renderXml('Root', shapeXml(value))).toContain(`<Root>${inner}</Root>`);
  expect(shape.schema.parse(JSON.parse(JSON.stringify(value)))).toEqual(value);
});

test('what may be left out is left out, and an empty element is no item', () => {
  expect(read(shape, '<Name>b</Name>')).toEqual({ Name: 'b' });
  expect(read(shape, '<Name>b</Name><Inner><Item/></Inner>')).toEqual({ Name: 'b', Inner: { Item: [] } });
});

test.each([
  ['a missing element', '<Count>1</Count>', 'Root needs Name.'],
  ['an unknown one', '<Name>a</Name><Nmae>a</Nmae>', 'Root has an unknown element Nmae.'],
  ['a second one', '<Name>a</Name><Name>b</Name>', 'Name may stand once only.'],
  ['another text', '<Name>c</Name>', 'Name must be a or b, not c.'],
  ['elements for text', '<Name><X/></Name>', 'Name must hold text.'],
  ['text for elements', '<Name>a</Name><Inner>x</Inner>', 'Inner must hold elements, not text.'],
  ['no number', '<Name>a</Name><Count>x</Count>', 'Count must be a whole number, not x.'],
  ['a number too low', '<Name>a</Name><Count>0</Count>', 'Count must be a whole number from 1 to 3.'],
  ['a number too high', '<Name>a</Name><Count>4</Count>', 'Count must be a whole number from 1 to 3.'],
  ['neither true nor false', '<Name>a</Name><On>yes</On>', 'On must be true or false, not yes.'],
  ['an item that is too long', '<Name>a</Name><Inner><Item>abcd</Item></Inner>', 'Item is longer than 3 characters.'],
  ['an item of another form', '<Name>a</Name><Inner><Item>A</Item></Inner>', 'Item may not be A.'],
  [
    'an item too many',
    '<Name>a</Name><Inner><Item>a</Item><Item>b</Item><Item>c</Item></Inner>',
    'Item stands more than 2 times.',
  ],
])('refuses %s by its name', (_what, inner, errorDetail) => {
  expect(() => read(shape, inner)).toThrow(expect.objectContaining({ code: 'MalformedXML', details: { errorDetail } }));
});
