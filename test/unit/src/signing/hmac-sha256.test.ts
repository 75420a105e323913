/** Our HMAC is node's, for every text and every key. */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hmacSha256 } from '../../../../src/signing/hmac-sha256.ts';

/** Around the places where padding takes another block, and where a text is too long for the room behind the key. */
const LENGTHS = [0, 1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 121, 128, 681, 682, 683, 2047, 2048, 2049, 5000];

/** Of every kind of character, half a surrogate pair too. */
const CHARACTERS = ['\0', '\n', ' ', 'a', 'Z', '~', '\x7f', '\x80', 'é', '中', '\ud800', '\udc00', '😀'];
const textsOf = (maxLength: number) => {
  const mixed = fc.array(fc.constantFrom(...CHARACTERS), { maxLength }).map((all) => all.join(''));
  return fc.oneof(fc.string({ maxLength }), mixed);
};

const nodes = (key: Uint8Array, text: string) => createHmac('sha256', key).update(text, 'utf8').digest('hex');

describe('a signer of texts', () => {
  test.each(LENGTHS)("signs %i characters as node's HMAC does", (length) => {
    const key = Buffer.from('a key of thirty-two bytes, nearly');
    const text = 'GET\n/bucket/key\n'.repeat(400).slice(0, length);
    expect(hmacSha256(key)(text)).toBe(nodes(key, text));
  });

  test('signs the longest texts that fit, of three bytes a character', () => {
    const key = Buffer.from('key');
    for (const length of [682, 683]) expect(hmacSha256(key)('中'.repeat(length))).toBe(nodes(key, '中'.repeat(length)));
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
