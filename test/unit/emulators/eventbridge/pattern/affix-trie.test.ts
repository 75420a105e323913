/** The trie of prefixes and suffixes against startsWith and endsWith, and that churn leaves nothing behind. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAffixTrie } from '../../../../../emulators/eventbridge/pattern/affix-trie.ts';

const text = fc.string({ unit: fc.constantFrom('a', 'b', '\ud83d', '\ude00'), maxLength: 8 });
const affixes = fc.uniqueArray(
  text.filter((each) => each !== ''),
  { maxLength: 20 },
);

describe.each([
  { fromEnd: false, has: (whole: string, affix: string) => whole.startsWith(affix) },
  { fromEnd: true, has: (whole: string, affix: string) => whole.endsWith(affix) },
])('affixes with fromEnd $fromEnd', ({ fromEnd, has }) => {
  test('finds exactly the affixes a text has, before and after some are deleted', () => {
    fc.assert(
      fc.property(affixes, fc.array(text), fc.nat(20), (all, texts, deletions) => {
        const trie = createAffixTrie<string>({ fromEnd });
        for (const affix of all) trie.ensure(affix, () => affix);
        const deleted = all.slice(0, deletions);
        const left = all.slice(deletions);
        for (const affix of deleted) trie.delete(affix);
        for (const each of [...texts, ...all]) {
          const found: string[] = [];
          trie.collect(each, found);
          expect(found.toSorted()).toEqual(left.filter((affix) => has(each, affix)).toSorted());
        }
        for (const affix of all) expect(trie.get(affix)).toBe(left.includes(affix) ? affix : undefined);
        for (const affix of left) trie.delete(affix);
        expect(trie.isEmpty).toBe(true);
      }),
    );
  });

  test('an affix as long as a whole body is kept and found', () => {
    const trie = createAffixTrie<string>({ fromEnd });
    const long = 'ab'.repeat(100_000);
    trie.ensure(long, () => 'long');
    trie.ensure(fromEnd ? 'b' : 'a', () => 'short');
    const found: string[] = [];
    trie.collect(long, found);
    expect(found).toEqual(['short', 'long']);
  });

  test('what was never put in can be deleted without harm', () => {
    const trie = createAffixTrie<string>({ fromEnd });
    trie.ensure('abc', () => 'abc');
    for (const affix of ['a', 'b', 'c', 'abcd', '']) trie.delete(affix);
    expect(trie.get('abc')).toBe('abc');
  });
});
