/** What becomes of a valid document in hostile hands: cut, doubled, renamed, filled with what breaks careless parsers. */
import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';

const INSERTIONS: readonly (string | Uint8Array)[] = [
  '<!DOCTYPE a [<!ENTITY b "c">]>',
  '<!DOCTYPE a SYSTEM "file:///etc/passwd">',
  ...['&b;', '&#0;', '&#x110000;', '&#xD800;', '&#99999999999;', '&', '&amp;amp;', '&lt;'],
  ...[
    '\0',
    '\ufeff',
    '\u0007',
    '\ufffe',
    ']]>',
    '<![CDATA[',
    '<![CDATA[a]]>',
    '<!--',
    '--',
    '<?xml',
    '<?x ?>',
    '<',
    '>',
    '/>',
    '"',
  ],
  ...[
    '<a/>',
    '<a>',
    '</a>',
    '<a b="c" b="d"/>',
    '<a:b/>',
    '<__proto__>x</__proto__>',
    '<constructor/>',
    '<toString/>',
    '<hasOwnProperty/>',
  ],
  ...[
    '-1',
    '0',
    '99999999999999999999',
    '1e9',
    '0x10',
    'NaN',
    'Infinity',
    '1.5',
    ' 1 ',
    '٣',
    '2026-13-45T99:00:00Z',
    'true',
    'null',
  ],
  Buffer.from([0xff, 0xfe]),
  Buffer.from([0xc3]),
  Buffer.from([0xed, 0xa0, 0x80]),
  '<d>'.repeat(5000),
  `${'<d>'.repeat(5000)}${'</d>'.repeat(5000)}`,
  'x'.repeat(100_000),
  '<e/>'.repeat(20_000),
];

type Mutation = (document: Buffer) => Buffer;

const mutate = <Value>(
  of: fc.Arbitrary<Value>,
  change: (document: Buffer, drawn: Value) => Buffer,
): fc.Arbitrary<Mutation> => of.map((drawn) => (document) => change(document, drawn));

const place = fc.double({ min: 0, max: 1, noNaN: true });
const at = (document: Buffer, share: number) => Math.floor(share * document.length);
/** An element with all that is in it, the one that begins at or after this place. */
function elementFrom(document: Buffer, share: number): { start: number; end: number } | undefined {
  const text = document.toString('latin1');
  const start = text.slice(at(document, share)).search(/<[A-Za-z]/) + at(document, share);
  const name = /^<([\w:-]+)/.exec(text.slice(start))?.[1];
  const close = name === undefined ? -1 : text.indexOf(`</${name}>`, start);
  return name === undefined || close < 0 ? undefined : { start, end: close + name.length + 3 };
}

const onElement = (change: (element: Buffer) => Uint8Array): fc.Arbitrary<Mutation> =>
  mutate(place, (document, share) => {
    const found = elementFrom(document, share);
    if (!found) return document;
    const { start, end } = found;
    return Buffer.concat([document.subarray(0, start), change(document.subarray(start, end)), document.subarray(end)]);
  });

const swapped: Mutation = (document) => Buffer.from(document.subarray(0, document.length & ~1)).swap16();

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  mutate(place, (document, share) => document.subarray(0, at(document, share))),
  mutate(fc.tuple(place, fc.nat(40)), (document, [share, length]) => {
    const start = at(document, share);
    return Buffer.concat([document.subarray(0, start), document.subarray(start + length)]);
  }),
  mutate(fc.tuple(place, fc.constantFrom(...INSERTIONS)), (document, [share, inserted]) => {
    const start = at(document, share);
    return Buffer.concat([document.subarray(0, start), Buffer.from(inserted), document.subarray(start)]);
  }),
  // The text of an element, which numbers, dates and names are read from.
  mutate(fc.tuple(place, fc.constantFrom(...INSERTIONS)), (document, [share, inserted]) => {
    const text = document.toString('latin1');
    const replace = (all: string) => `>${Buffer.from(inserted).toString('latin1')}${all.slice(-1)}`;
    const start = at(document, share);
    return Buffer.from(text.slice(0, start) + text.slice(start).replace(/>[^<>]+</, replace), 'latin1');
  }),
  onElement((element) => Buffer.concat([element, element])),
  onElement((element) => Buffer.concat(Array<Buffer>(2000).fill(element))),
  onElement(() => Buffer.alloc(0)),
  onElement((element) => Buffer.from(element.toString('latin1').replaceAll(/(<\/?)\w+/g, '$1__proto__'), 'latin1')),
  onElement((element) => Buffer.from(element.toString('latin1').replaceAll(/(<\/?)\w+/g, '$1Foreign'), 'latin1')),
  fc.constantFrom<Mutation>(
    swapped,
    (document) => Buffer.from(`\ufeff${document.toString('utf8')}`, 'utf16le'),
    (document) => Buffer.from(`\ufeff${document.toString('utf8')}`),
    (document) => Buffer.from(document.toString('utf8').replace('UTF-8', 'UTF-16')),
    () => Buffer.alloc(0),
    () => Buffer.from('null'),
    () => Buffer.from('[[[[{"Version":"1"}]]]]'),
  ),
);

/** The document after one to three mutations. */
export function mutated(text: string): fc.Arbitrary<Uint8Array> {
  return fc
    .array(mutation, { minLength: 1, maxLength: 3 })
    .map((mutations) => mutations.reduce((document: Buffer, change) => change(document), Buffer.from(text)));
}
