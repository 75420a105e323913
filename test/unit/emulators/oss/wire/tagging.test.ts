/** Tags in a header and in a document. */
import { expect, test } from 'vitest';
import { readTaggingXml, readTags } from '../../../../../emulators/oss/wire/tagging.ts';

const header = (text: string) => readTags({ 'x-oss-tagging': text });
const xml = (inside: string) => readTaggingXml(Buffer.from(`<Tagging>${inside}</Tagging>`), {});

test.each([
  [
    'a=1&b=2',
    [
      ['a', '1'],
      ['b', '2'],
    ],
  ],
  ['a', [['a', '']]],
  ['a=', [['a', '']]],
  ['a=b=c', [['a', 'b=c']]],
  [
    'TagA%2B=%E4%B8%AD&a+b=c%20d',
    [
      ['TagA+', '中'],
      ['a b', 'c d'],
    ],
  ],
  ['', []],
])('reads the header %j', (text, tags) => {
  expect(header(text)).toEqual(tags.map(([key, value]) => ({ key, value })));
});

test('knows no header from an empty one', () => {
  expect(readTags({})).toBeUndefined();
});

test.each(['a=1&a=2', 'a=%zz', '%ff=1'])('refuses the header %j with its documented message', (text) => {
  expect(() => header(text)).toThrow(
    expect.objectContaining({
      code: 'InvalidArgument',
      details: expect.objectContaining({
        message: expect.stringContaining("The header 'x-oss-tagging' shall be encoded"),
      }),
    }),
  );
});

test('refuses a header with a tag that no object may have', () => {
  expect(() => header('=1')).toThrow(expect.objectContaining({ code: 'InvalidTag' }));
  expect(() => header(`a=${'x'.repeat(257)}`)).toThrow(expect.objectContaining({ code: 'InvalidTag' }));
});

test('reads a document of none, one or many tags', () => {
  expect(xml('<TagSet/>')).toEqual([]);
  expect(xml('<TagSet><Tag><Key>a</Key><Value/></Tag></TagSet>')).toEqual([{ key: 'a', value: '' }]);
  const two = '<Tag><Key>a</Key><Value>1</Value></Tag><Tag><Key>b</Key><Value>2</Value></Tag>';
  expect(xml(`<TagSet>${two}</TagSet>`)).toHaveLength(2);
});

test.each(['', '<TagSet/><TagSet/>', '<TagSet><Tag><Key>a</Key></Tag></TagSet>', '<TagSet><Tag/></TagSet>', '<'])(
  'refuses the document %j',
  (inside) => {
    expect(() => xml(inside)).toThrow(expect.objectContaining({ code: 'MalformedXML' }));
  },
);

test('refuses another root, and bytes whose MD5 is another', () => {
  expect(() => readTaggingXml(Buffer.from('<Other/>'), {})).toThrow(expect.objectContaining({ code: 'MalformedXML' }));
  expect(() => readTaggingXml(Buffer.from('<Tagging/>'), { 'content-md5': 'x' })).toThrow(
    expect.objectContaining({ code: 'InvalidDigest' }),
  );
});
