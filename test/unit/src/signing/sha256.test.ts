/** Our SHA-256 and HMAC are node's, for every text and every key. */
import { createHmac, hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hmacSha256, sha256OfText } from '../../../../src/signing/sha256.ts';

/** Around the places where padding takes another block, and where node takes over. */
const LENGTHS = [0, 1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 121, 128, 1000, 2047, 2048, 2049, 5000];

/** Of every kind of character, half a surrogate pair too. */
const CHARACTERS = ['\0', '\n', ' ', 'a', 'Z', '~', '\x7f', '\x80', 'é', '中', '\ud800', '\udc00', '😀'];
const textsOf = (maxLength: number) => {
  const mixed = fc.array(fc.constantFrom(...CHARACTERS), { maxLength }).map((all) => all.join(''));
  return fc.oneof(fc.string({ maxLength }), mixed);
};

const nodes = (key: Uint8Array, text: string) => createHmac('sha256', key).update(text, 'utf8').digest('hex');

describe('SHA-256 of a text', () => {
  test('is the standard\'s: FIPS 180-2, "abc"', () => {
    expect(sha256OfText('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  test.each(LENGTHS)("is node's for %i characters", (length) => {
    const text = 'The quick brown fox. '.repeat(300).slice(0, length);
    expect(sha256OfText(text)).toBe(hash('sha256', text, 'hex'));
  });

  test("is node's for any text", () => {
    const texts = textsOf(150);
    fc.assert(
      fc.property(texts, (text) => {
        expect(sha256OfText(text)).toBe(hash('sha256', text, 'hex'));
      }),
    );
  });
});

describe('a signer of texts', () => {
  test.each(LENGTHS)("signs %i characters as node's HMAC does", (length) => {
    const key = Buffer.from('a key of thirty-two bytes, nearly');
    const text = 'GET\n/bucket/key\n'.repeat(400).slice(0, length);
    expect(hmacSha256(key)(text)).toBe(nodes(key, text));
  });

  test("signs as node's HMAC does, whatever the key and however often", () => {
    const keys = fc.uint8Array({ maxLength: 100 });
    const texts = fc.array(textsOf(60), { maxLength: 4 });
    fc.assert(
      fc.property(keys, keys, texts, (one, other, all) => {
        const [first, second] = [hmacSha256(Buffer.from(one)), hmacSha256(Buffer.from(other))];
        for (const text of all) expect([first(text), second(text)]).toEqual([nodes(one, text), nodes(other, text)]);
      }),
    );
  });
});
