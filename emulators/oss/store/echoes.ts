/** Remembers which versions this run wrote or removed lately, whose notifications are no news. */

export interface Echoes {
  add(versionId: string): void;
  has(versionId: string): boolean;
}

/** The oldest are forgotten: a notification that comes so late costs a look, nothing else. */
const ECHOES_MAX = 20_000;

export function createEchoes(): Echoes {
  const ids = new Set<string>();
  return {
    add(versionId) {
      ids.add(versionId);
      for (const oldest of ids) {
        if (ids.size <= ECHOES_MAX) break;
        ids.delete(oldest);
      }
    },
    has: (versionId) => ids.has(versionId),
  };
}
