/** What is said of an object, as metadata on an S3 server and back. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ObjectDraft } from '../../../../../emulators/oss/store/object-store.ts';
import {
  type RemoteRecord,
  readOwn,
  toRecord,
  toRemoteHeaders,
} from '../../../../../emulators/oss/store/remote-metadata.ts';
import { draft } from './contract-tools.ts';

const SUMS = {
  etag: '5D41402ABC4B2A76B9719D911017C592',
  crc64: '11177612005948864433',
  contentMd5: 'XUFAKrxLKna5cZ2REBfFkg==',
};
const record = (changes: Partial<ObjectDraft> = {}): RemoteRecord => ({ ...draft(changes), ...SUMS });
const METADATA_BYTES_MAX = 2048;
/** A record of no store has a key of this name. */
const NAMES = fc.string({ minLength: 1, maxLength: 300 }).filter((name) => name !== '__proto__');

/** What a server keeps: header values without white space around them. */
function kept(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.trim()]));
}

function metadataBytes(headers: Record<string, string>): number {
  return Object.entries(headers)
    .filter(([name]) => name.startsWith('x-amz-meta-'))
    .reduce((sum, [name, value]) => sum + name.length + value.length, 0);
}

const back = (given: RemoteRecord) => toRecord(kept(toRemoteHeaders(given, { id: 'r-1', alias: undefined })));

test('comes back as it was: plain words as headers that others read too, the rest as JSON', () => {
  const given = record({
    contentType: 'text/plain; charset=utf-8',
    headers: { 'cache-control': 'no-store', 'content-disposition': 'attachment; filename="ü.txt"' },
    userMeta: { colour: 'green', name: 'müller', 'localyun-id': 'mine', ' odd ': ' x ', empty: '' },
    tags: [{ key: 'a', value: 'ü' }],
    symlinkTarget: 'dir/目标',
    restore: { readyAtMs: 1, expiresAtMs: 2 },
    encryption: { algorithm: 'KMS', keyId: 'k' },
  });
  const headers = toRemoteHeaders(given, { id: 'r-1', alias: 'a//b' });
  expect(headers).toMatchObject({
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'x-amz-meta-colour': 'green',
  });
  expect(toRecord(kept(headers))).toEqual(given);
  expect(readOwn(headers)).toEqual({ id: 'r-1', alias: 'a//b' });
});

test('any metadata comes back, or, where S3 takes no more, everything but that', () => {
  fc.assert(
    fc.property(
      fc.dictionary(NAMES, fc.string({ unit: 'grapheme', maxLength: 2000 })),
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      (userMeta, contentType) => {
        const given = record({ userMeta, contentType });
        const headers = toRemoteHeaders(given, { id: 'r-1', alias: undefined });
        expect(metadataBytes(headers)).toBeLessThanOrEqual(METADATA_BYTES_MAX);
        for (const value of Object.values(headers)) expect(value).toMatch(/^[\x20-\x7e]*$/);
        const { userMeta: metaBack, contentType: typeBack, ...rest } = toRecord(kept(headers)) ?? {};
        const { userMeta: _, contentType: __, ...wanted } = given;
        expect(rest).toEqual(wanted);
        const hasAll = Object.keys(metaBack ?? {}).length === Object.keys(userMeta).length;
        if (hasAll) expect([metaBack, typeBack]).toEqual([userMeta, contentType]);
        else expect(metaBack).toEqual({});
      },
    ),
  );
});

test.each<[string, Record<string, string>]>([
  ['nothing', {}],
  ['another’s metadata', { 'x-amz-meta-colour': 'green' }],
  ['half of ours', { 'x-amz-meta-localyun-etag': SUMS.etag }],
  [
    'an ETag that is none',
    { ...toRemoteHeaders(record(), { id: 'r', alias: undefined }), 'x-amz-meta-localyun-etag': 'x' },
  ],
  [
    'a type that is none',
    { ...toRemoteHeaders(record(), { id: 'r', alias: undefined }), 'x-amz-meta-localyun-type': 'x' },
  ],
  [
    'a time that is none',
    { ...toRemoteHeaders(record(), { id: 'r', alias: undefined }), 'x-amz-meta-localyun-modified': 'x' },
  ],
])('%s is no record of ours', (_name, headers) => {
  expect(toRecord(headers)).toBeUndefined();
});

test.each(['!', '', 'eyJ', Buffer.from('{"tags": 1}').toString('base64url'), Buffer.from('[1]').toString('base64url')])(
  'what somebody wrote into our rest (%j) is left alone',
  (text) => {
    const headers = { ...toRemoteHeaders(record(), { id: 'r', alias: undefined }), 'x-amz-meta-localyun-rest': text };
    expect(toRecord(headers)).toEqual(back(record()));
  },
);
