/** Rows are found by what they ask for, the most demanding first; rows that can never be told apart or reached stop the boot. */
import { describe, expect, test } from 'vitest';
import { type Match, type OperationRow, planned, type RamRule } from '../../../../src/kernel/operation.ts';
import { createOperationTable } from '../../../../src/kernel/operation-table.ts';

function table(rows: Record<string, Match>) {
  return createOperationTable(Object.entries(rows).map(([name, match]) => planned(name, match)));
}

function request(method: string, { query = [], headers = {} }: Partial<Asked> = {}) {
  return { method, query, headers };
}

interface Asked {
  query: [string, string][];
  headers: Record<string, string>;
}

const BUCKETS: Record<string, Match> = {
  ListBuckets: { method: 'GET', path: '/' },
  ListObjects: { method: 'GET', path: '/{bucket}' },
  ListObjectsV2: { method: 'GET', path: '/{bucket}', query: ['list-type=2'] },
  GetBucketAcl: { method: 'GET', path: '/{bucket}', query: ['acl'] },
  GetObject: { method: 'GET', path: '/{bucket}/{key+}' },
  GetObjectAcl: { method: 'GET', path: '/{bucket}/{key+}', query: ['acl'] },
  ListParts: { method: 'GET', path: '/{bucket}/{key+}', query: ['uploadId'] },
  PutObject: { method: 'PUT', path: '/{bucket}/{key+}' },
  CopyObject: { method: 'PUT', path: '/{bucket}/{key+}', header: 'x-oss-copy-source' },
  UploadPart: { method: 'PUT', path: '/{bucket}/{key+}', query: ['partNumber', 'uploadId'] },
  UploadPartCopy: {
    method: 'PUT',
    path: '/{bucket}/{key+}',
    query: ['partNumber', 'uploadId'],
    header: 'x-oss-copy-source',
  },
};

describe('finding', () => {
  const copied = { 'x-oss-copy-source': '/a/b' };
  test.each<[string, string[], Partial<Asked>, string | undefined]>([
    ['GET', [], {}, 'ListBuckets'],
    ['GET', ['b'], {}, 'ListObjects'],
    ['GET', ['b'], { query: [['acl', '']] }, 'GetBucketAcl'],
    ['GET', ['b'], { query: [['list-type', '2']] }, 'ListObjectsV2'],
    ['GET', ['b'], { query: [['list-type', '1']] }, 'ListObjects'],
    ['GET', ['b', 'k'], { query: [['unknown', '1']] }, 'GetObject'],
    ['GET', ['b', 'k'], { query: [['acl', '']] }, 'GetObjectAcl'],
    ['PUT', ['b', 'k'], {}, 'PutObject'],
    ['PUT', ['b', 'k'], { headers: copied }, 'CopyObject'],
    ['PUT', ['b', 'k'], { query: [['uploadId', 'u']] }, 'PutObject'],
    [
      'PUT',
      ['b', 'k'],
      {
        query: [
          ['uploadId', 'u'],
          ['partNumber', '1'],
        ],
      },
      'UploadPart',
    ],
    [
      'PUT',
      ['b', 'k'],
      {
        query: [
          ['uploadId', 'u'],
          ['partNumber', '1'],
        ],
        headers: copied,
      },
      'UploadPartCopy',
    ],
    ['PUT', ['b'], {}, undefined],
    ['PATCH', ['b', 'k'], {}, undefined],
    ['get', ['b'], {}, undefined],
  ])('%s %j with %j is %s', (method, segments, asked, name) => {
    for (const rows of [BUCKETS, Object.fromEntries(Object.entries(BUCKETS).reverse())])
      expect(table(rows).find(request(method, asked), { segments })?.row.name).toBe(name);
  });

  test('gives the rest of the path to a `+` parameter, slashes and all', () => {
    const found = table(BUCKETS).find(request('GET'), { segments: ['b', 'a', '', 'c/d', ''] });
    expect(found?.params).toEqual({ bucket: 'b', key: 'a//c/d/' });
  });

  test.each<[string, Record<string, Match>, string]>([
    ['a literal before a parameter', { any: get('/v1/{x}'), exact: get('/v1/tags') }, 'exact'],
    ['one segment before the rest', { any: get('/v1/{x+}'), exact: get('/v1/{x}') }, 'exact'],
    [
      'a flag with a value before the bare flag',
      { any: get('/v1/tags', ['a']), exact: get('/v1/tags', ['a=2']) },
      'exact',
    ],
    [
      'a flag more before a header',
      { header: { ...get('/v1/tags', ['a']), header: 'h' }, exact: get('/v1/tags', ['a', 'b']) },
      'exact',
    ],
    ['the first of two equals', { first: get('/v1/tags', ['a']), second: get('/v1/tags', ['b']) }, 'first'],
  ])('prefers %s', (_what, rows, name) => {
    const asked = request('GET', {
      query: [
        ['a', '2'],
        ['b', ''],
      ],
      headers: { h: '1' },
    });
    expect(table(rows).find(asked, { segments: ['v1', 'tags'] })?.row.name).toBe(name);
  });

  test('tells RPC actions apart by name, case and all', () => {
    const rpc = table({ A: { method: 'POST', path: '/', action: 'A' }, B: { method: 'POST', path: '/', action: 'B' } });
    const named = (action: string | undefined) => rpc.find(request('POST'), { segments: [], action })?.row.name;
    expect([named('A'), named('B'), named('b'), named(undefined)]).toEqual(['A', 'B', undefined, undefined]);
  });

  test('takes any of the values that a row names', () => {
    const { find } = table({
      Select: { method: 'POST', path: '/{key+}', query: ['process=csv/select|json/select'] },
      Process: { method: 'POST', path: '/{key+}', query: ['process'] },
    });
    const found = (value: string) =>
      find(request('POST', { query: [['process', value]] }), { segments: ['k'] })?.row.name;
    expect(['csv/select', 'json/select', 'csv/select|json/select', ''].map(found)).toEqual([
      'Select',
      'Select',
      'Process',
      'Process',
    ]);
  });

  test('is not fooled by names that every object has', () => {
    const rows = table({
      A: { method: 'GET', path: '/{constructor}', header: 'x' },
      B: get('/{__proto__}', ['constructor']),
    });
    expect(rows.find(request('GET'), { segments: ['a'] })).toBeUndefined();
  });
});

function get(path: string, query: readonly string[] = []): Match {
  return { method: 'GET', path, query };
}

describe('at boot', () => {
  test.each<[Match, Match]>([
    [get('/{bucket}'), get('/{name}')],
    [get('/{b}/{key+}', ['acl']), get('/{bucket}/{k+}', ['acl'])],
    [get('/', ['a', 'b']), get('/', ['b', 'a'])],
    [
      { ...get('/'), header: 'h' },
      { ...get('/'), header: 'h' },
    ],
    [
      { ...get('/'), action: 'A' },
      { ...get('/'), action: 'A' },
    ],
  ])('refuses %j beside %j and names both', (first, second) => {
    expect(() => table({ First: first, Second: second })).toThrow(/First and Second/);
  });

  test.each<[Match, Match]>([
    [get('/{bucket}'), get('/bucket')],
    [get('/{a}'), get('/{a+}')],
    [get('/', ['a']), get('/', ['a=1'])],
    [get('/', ['a=1']), get('/', ['a=2'])],
    [get('/'), { ...get('/'), header: 'h' }],
    [get('/'), { ...get('/'), method: 'HEAD' }],
  ])('takes %j beside %j', (first, second) => {
    expect(table({ First: first, Second: second }).rows).toHaveLength(2);
  });

  test.each<[string, Match, RegExp]>([
    ['a parameter it cannot read', get('/{my-bucket}'), /Wrong.*\{my-bucket\}/],
    ['anything behind the rest', get('/{key+}/tags'), /Wrong.*\{key\+\}/],
    ['a parameter twice', get('/{a}/{a}'), /Wrong.*\{a\}/],
    [
      'a header in capitals, which no request has',
      { ...get('/'), header: 'X-Oss-Copy-Source' },
      /Wrong.*X-Oss-Copy-Source/,
    ],
  ])('refuses a row with %s, by name', (_what, match, message) => {
    expect(() => table({ Wrong: match })).toThrow(message);
  });

  test('refuses a permission that hangs on a header in capitals: it would never be asked for', () => {
    const ram: RamRule[] = [{ action: 'oss:PutObject' }, { action: 'oss:PutObjectTagging', header: 'X-Oss-Tagging' }];
    const row: OperationRow<unknown> = planned('Wrong', get('/'), ram);
    expect(() => createOperationTable([row])).toThrow(/Wrong.*X-Oss-Tagging/);
  });
});
