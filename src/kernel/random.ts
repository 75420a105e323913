/** Seeded chance: the same seed draws the same cold starts and jitters again. */

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform whole number in [min, max]. */
  between(min: number, max: number): number;
  /** Standard normal (mean 0, deviation 1). */
  normal(): number;
  /** An independent stream, named: drawing from one never shifts another. */
  fork(name: string): Random;
}

/** sfc32, seeded through a 32-bit FNV-1a of `seed`. Not for secrets: those come from ids. */
export function createRandom(seed: number | string): Random {
  const start = fnv1a(String(seed));
  let [a, b, c, d] = [start, start ^ 0x9e3779b9, start ^ 0x243f6a88, 1];

  function next(): number {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return (t >>> 0) / 2 ** 32;
  }
  for (let warm = 0; warm < 15; warm++) next();

  return {
    next,
    between: (min, max) => min + Math.floor(next() * (max - min + 1)),
    // Box-Muller; 1 - next() keeps the logarithm finite.
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    fork: (name) => createRandom(`${seed}/${name}`),
  };
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
