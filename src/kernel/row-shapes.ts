/** The shapes (field names) of a table's rows, kept once a table and not with each row: rows get half as long, and read in a third of the time. */
import type { WriteLog } from './row-memory.ts';

/** Field names by number, as the encoder hands them out. It only ever adds to them. */
type Shapes = readonly (readonly string[])[];

export interface ShapeTable {
  get(name: string): string | undefined;
  /** In the transaction whose work is running. */
  put(name: string, text: string): void;
}

export interface RowShapes {
  /** What lmdb's encoder asks for. */
  encoder: { getStructures(): Shapes | undefined; saveStructures(shapes: Shapes): void };
  /** After each write of a row, in its transaction: a row whose shape is not kept could not be read again. */
  keep(): void;
}

/**
 * The encoder knows a shape from the moment it is used; kept is it with the first transaction that is. So every transaction
 * writes the shapes again until one that did is kept: one that is taken back takes its shapes with it, and no others'.
 */
export function createRowShapes(name: string, table: ShapeTable, log: WriteLog): RowShapes {
  let latest: string | undefined;
  let kept: string | undefined;

  return {
    encoder: {
      getStructures() {
        kept = table.get(name);
        return kept === undefined ? undefined : (JSON.parse(kept) as Shapes);
      },
      saveStructures(shapes) {
        latest = JSON.stringify(shapes);
      },
    },
    keep() {
      if (latest === undefined || latest === kept) return;
      const text = latest;
      table.put(name, text);
      log.written?.push((isKept) => {
        // Settled in the order of their writes; an earlier one's shapes are among a later one's.
        if (isKept) kept = text;
      });
    },
  };
}
