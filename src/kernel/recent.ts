/** What was used lately, within a bound: for what is quick to ask for again but not free. */

export interface Recent<Value> {
  get(name: string): Value | undefined;
  /** `weight` counts against the bound; what is heavier than a quarter of it is not kept. */
  set(name: string, value: Value, weight?: number): void;
  delete(name: string): void;
}

interface Kept<Value> {
  value: Value;
  weight: number;
}

/**
 * Two generations instead of a list in order of use: asking for what is young moves nothing. When the young ones would weigh more than
 * half the bound they become the old ones, and those of the old ones that nobody asked for meanwhile are gone.
 */
export function createRecent<Value>(weightMax: number): Recent<Value> {
  let young = new Map<string, Kept<Value>>();
  let old = new Map<string, Kept<Value>>();
  let youngWeight = 0;

  function keep(name: string, kept: Kept<Value>): void {
    if (youngWeight + kept.weight > weightMax / 2) {
      old = young;
      young = new Map();
      youngWeight = 0;
    }
    youngWeight += kept.weight;
    young.set(name, kept);
  }

  function forget(name: string): void {
    youngWeight -= young.get(name)?.weight ?? 0;
    young.delete(name);
    old.delete(name);
  }

  return {
    get(name) {
      const found = young.get(name);
      if (found) return found.value;
      const older = old.get(name);
      if (!older) return undefined;
      old.delete(name);
      keep(name, older);
      return older.value;
    },
    set(name, value, weight = 1) {
      forget(name);
      if (weight <= weightMax / 4) keep(name, { value, weight });
    },
    delete: forget,
  };
}
