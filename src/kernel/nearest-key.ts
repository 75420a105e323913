/** What a typo most probably meant. */
import { distance } from 'fastest-levenshtein';

/** The known key that a typo most probably meant; undefined when nothing is near. */
export function nearestKey(key: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  // Two letters that changed places are two edits: in a word of four that is still a typo.
  let bestDistance = Math.max(key.length < 4 ? 2 : 3, Math.floor(key.length / 2));
  for (const candidate of known) {
    const away = distance(key.toLowerCase(), candidate.toLowerCase());
    if (away < bestDistance) [best, bestDistance] = [candidate, away];
  }
  return best;
}
