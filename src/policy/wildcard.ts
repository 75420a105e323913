/** Text against a pattern of `*` (any run, also none, across `/` and `:`) and `?` (one character), without a regular expression. */

export type Matcher = (text: string) => boolean;

/**
 * Compiles a pattern. Each piece between two stars is looked for once, from left to right, and never looked for again:
 * the cost is bounded by text × longest piece, whatever the pattern.
 */
export function compileWildcard(pattern: string): Matcher {
  if (pattern === '*') return () => true;
  const pieces = pattern.split('*').map(toPiece);
  const first = pieces[0] as Piece;
  if (pieces.length === 1) return (text) => text.length === first.text.length && first.isAt(text, 0);
  const last = pieces[pieces.length - 1] as Piece;
  const middle = pieces.slice(1, -1).filter((piece) => piece.text !== '');

  return (text) => {
    const end = text.length - last.text.length;
    if (end < first.text.length || !first.isAt(text, 0) || !last.isAt(text, end)) return false;
    let from = first.text.length;
    for (const piece of middle) {
      const at = piece.find(text, from);
      if (at < 0) return false;
      from = at + piece.text.length;
    }
    return from <= end;
  };
}

interface Piece {
  text: string;
  isAt(text: string, at: number): boolean;
  /** Where it begins at or after `from`; -1 when nowhere. */
  find(text: string, from: number): number;
}

function toPiece(piece: string): Piece {
  if (!piece.includes('?'))
    return {
      text: piece,
      isAt: (text, at) => text.startsWith(piece, at),
      find: (text, from) => text.indexOf(piece, from),
    };
  const isAt = (text: string, at: number) => {
    for (let i = 0; i < piece.length; i++) if (piece[i] !== '?' && piece[i] !== text[at + i]) return false;
    return at + piece.length <= text.length;
  };
  return {
    text: piece,
    isAt,
    find(text, from) {
      for (let at = from; at + piece.length <= text.length; at++) if (isAt(text, at)) return at;
      return -1;
    },
  };
}
