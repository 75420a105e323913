/** The known word that a mistyped one probably meant. */
import { closest, distance } from 'fastest-levenshtein';

/** Farther apart than this share of the word's length, two words have nothing to do with each other. */
const DISTANCE_SHARE_MAX = 0.5;

/** `Did you mean "timeout"?`, or the list of what is known. */
export function suggest(word: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const lower = word.toLowerCase();
  const nearest = closest(
    lower,
    known.map((each) => each.toLowerCase()),
  );
  const meant = known.find((each) => each.toLowerCase() === nearest) ?? nearest;
  if (distance(lower, nearest) <= Math.ceil(word.length * DISTANCE_SHARE_MAX)) return `Did you mean "${meant}"?`;
  return `Known are: ${known.join(', ')}.`;
}
