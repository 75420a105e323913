/** The part of the store contract about listing: order, prefixes, delimiters, pages. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ListPage, ListQuery, ObjectStore } from '../../../../../emulators/oss/store/object-store.ts';
import { BUCKET, bodyOf, draft, putObject, ref } from './contract-tools.ts';

const query = (given: Partial<ListQuery>): ListQuery => ({
  bucket: BUCKET,
  prefix: '',
  delimiter: '',
  after: '',
  limit: 1000,
  ...given,
});

const shown = ({ objects, commonPrefixes, next }: ListPage) => ({
  keys: objects.map(({ key }) => key),
  commonPrefixes,
  next,
});

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** The definition: group all keys, sort the groups, cut. */
function naiveList(keys: readonly string[], { prefix, delimiter, after, limit }: ListQuery) {
  const groupOf = (key: string) => {
    const cut = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    return cut < 0 ? key : key.slice(0, cut + delimiter.length);
  };
  const isUnderMarker = (key: string) =>
    groupOf(key) === after &&
    after.startsWith(prefix) &&
    delimiter !== '' &&
    after.slice(prefix.length).includes(delimiter);
  const wanted = keys
    .filter((key) => key.startsWith(prefix) && byBytes(key, after) > 0 && !isUnderMarker(key))
    .sort(byBytes);
  const entries = new Map<string, boolean>();
  for (const key of wanted) {
    const isPrefix = delimiter !== '' && key.indexOf(delimiter, prefix.length) >= 0;
    entries.set(groupOf(key), isPrefix);
  }
  const page = [...entries].slice(0, limit);
  return {
    keys: page.filter(([, isPrefix]) => !isPrefix).map(([key]) => key),
    commonPrefixes: page.filter(([, isPrefix]) => isPrefix).map(([key]) => key),
    next: entries.size > limit ? page.at(-1)?.[0] : undefined,
  };
}

export function describeListing(current: () => ObjectStore): void {
  async function putAll(keys: readonly string[], bucket = BUCKET): Promise<void> {
    const staged = await Promise.all(keys.map(() => current().stage(bodyOf(''))));
    await Promise.all(
      keys.map(async (key, index) => {
        const body = staged[index];
        if (body) await current().put(ref(key, bucket), body, draft());
      }),
    );
  }

  test('lists nothing of an empty or unknown bucket', () => {
    expect(shown(current().list(query({})))).toEqual({ keys: [], commonPrefixes: [], next: undefined });
  });

  test('lists whole records, of this bucket only', async () => {
    const record = await putObject(current(), 'k', 'v');
    await putAll(['other'], 'a-bucke');
    await putAll(['other'], 'a-bucket2');
    expect(current().list(query({})).objects).toEqual([record]);
  });

  // The sample of the documentation page "ListObjectsV2".
  test('tells a key from the prefix it also is', async () => {
    await putAll(['a', 'a/b', 'b', 'b/c']);
    expect(shown(current().list(query({ delimiter: '/' })))).toEqual({
      keys: ['a', 'b'],
      commonPrefixes: ['a/', 'b/'],
      next: undefined,
    });
    expect(shown(current().list(query({ delimiter: '/', prefix: 'a/' }))).keys).toEqual(['a/b']);
    expect(shown(current().list(query({ delimiter: '/', prefix: 'a' })))).toEqual({
      keys: ['a'],
      commonPrefixes: ['a/'],
      next: undefined,
    });
  });

  test('pages through objects and common prefixes alike, and passes a common prefix given as marker', async () => {
    await putAll(['a', 'dir/', 'dir/1', 'dir/2', 'dir0', 'z']);
    const pages = [];
    let after: string | undefined = '';
    while (after !== undefined) {
      const page: ListPage = current().list(query({ delimiter: '/', limit: 1, after }));
      pages.push([...page.objects.map(({ key }) => key), ...page.commonPrefixes]);
      after = page.next;
    }
    expect(pages).toEqual([['a'], ['dir/'], ['dir0'], ['z']]);
    expect(shown(current().list(query({ after: 'dir/' }))).keys).toEqual(['dir/1', 'dir/2', 'dir0', 'z']);
    expect(shown(current().list(query({ after: 'dir/1', delimiter: '/' }))).commonPrefixes).toEqual(['dir/']);
    expect(shown(current().list(query({ after: 'zz' }))).keys).toEqual([]);
  });

  test('knows delimiters of several characters', async () => {
    await putAll(['a--b--c', 'a--d', 'a-b', 'x']);
    expect(shown(current().list(query({ delimiter: '--' })))).toMatchObject({
      keys: ['a-b', 'x'],
      commonPrefixes: ['a--'],
    });
    expect(shown(current().list(query({ delimiter: '--', prefix: 'a--' })))).toMatchObject({
      keys: ['a--d'],
      commonPrefixes: ['a--b--'],
    });
  });

  test('orders keys by their UTF-8 bytes', async () => {
    const long = 'x'.repeat(100);
    const keys = [
      '\u{10000}',
      '\uffee',
      '\ue000',
      'é',
      'z',
      '~',
      '\u007f',
      ' ',
      '\u0000',
      '\u0001',
      '\u0004',
      '\u0005',
    ];
    keys.push(
      '\u0005\u0000',
      '\u001b',
      '\u001c',
      `${long}\u0001`,
      `${long}\u0000`,
      `${long}\u0005`,
      long,
      '\u{10ffff}',
    );
    await putAll(keys);
    expect(shown(current().list(query({}))).keys).toEqual([...keys].sort(byBytes));
  });

  test('stands prefixes and markers longer than any key can be', async () => {
    await putAll(['a', 'x'.repeat(1023), 'z']);
    const tooLong = 'x'.repeat(5000);
    expect(shown(current().list(query({ prefix: tooLong }))).keys).toEqual([]);
    expect(shown(current().list(query({ after: tooLong }))).keys).toEqual(['z']);
    expect(shown(current().list(query({ after: tooLong, delimiter: 'x' }))).keys).toEqual(['z']);
    expect(shown(current().list(query({ after: 'é'.repeat(5000) }))).keys).toEqual([]);
    expect(shown(current().list(query({ delimiter: tooLong }))).keys).toHaveLength(3);
  });

  test('agrees with the definition of listing on any keys and any query', async () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', '/', '-', '\u0001', 'é', '\uffee', '\u{10ffff}'),
      maxLength: 5,
    });
    const cases = fc.record({
      keys: fc.uniqueArray(
        text.filter((key) => key !== ''),
        { maxLength: 25 },
      ),
      queries: fc.array(
        fc.record({
          prefix: fc.oneof(fc.constant(''), text),
          delimiter: fc.constantFrom('', '/', '-', '/-', '\uffee', '\u{10ffff}'),
          after: fc.oneof(fc.constant(''), text),
          limit: fc.integer({ min: 1, max: 8 }),
        }),
        { minLength: 10, maxLength: 10 },
      ),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ keys, queries }) => {
        await current().clear();
        await putAll(keys);
        for (const given of queries) expect(shown(current().list(query(given)))).toEqual(naiveList(keys, query(given)));
      }),
      { numRuns: 60 },
    );
  });
}
