/** The embedded store's tables and files against each other, while nobody has them open: who owns what, and what nobody owns. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  isMarkerRow,
  openTables,
  type Piece,
  parseBlob,
  parseManifest,
  parsePart,
  type Tables,
} from '../../emulators/oss/store/rows.ts';
import { openDatabase } from '../../src/kernel/database.ts';

export interface Integrity {
  /** A row without its bytes, bytes without their row, a count that is wrong. */
  flaws: string[];
  /** Files that no row names: a killed process may leave them, a clean stop and a finished search may not. */
  orphans: string[];
}

/** Of a closed store. */
export interface StoreFolders {
  database: string;
  bodies: string;
}

export async function checkIntegrity(state: StoreFolders): Promise<Integrity> {
  const database = openDatabase(state.database, { sync: true });
  try {
    const tables = openTables(database);
    const flaws: string[] = [];
    const pieces = [...piecesOfObjects(tables, flaws), ...piecesOfParts(tables, flaws)];
    flaws.push(
      ...checkInline(tables, pieces),
      ...checkOwners(tables, pieces),
      ...checkFiles(tables, pieces, state.bodies),
    );
    const orphans = filesIn(state.bodies).filter((id) => !tables.blobs.has(id));
    return { flaws, orphans };
  } finally {
    await database.close();
  }
}

function piecesOfObjects(tables: Tables, flaws: string[]): Piece[] {
  const manifests = new Set<string>();
  const pieces: Piece[] = [];
  for (const table of [tables.objects, tables.versions])
    for (const { key, value: row } of table.range()) {
      if (isMarkerRow(row)) continue;
      if (typeof row.content === 'string') manifests.add(row.content);
      const own = typeof row.content === 'string' ? parseManifest(tables.manifests.get(row.content)) : row.content;
      const sizeBytes = own.reduce((sum, piece) => sum + piece.sizeBytes, 0);
      if (sizeBytes !== row.sizeBytes) flaws.push(`${key} has ${sizeBytes} bytes in its pieces, not ${row.sizeBytes}`);
      pieces.push(...own);
    }
  for (const { key } of tables.manifests.range())
    if (!manifests.has(String(key))) flaws.push(`nobody names the list ${key}`);
  return pieces;
}

function piecesOfParts(tables: Tables, flaws: string[]): Piece[] {
  const uploads = new Set<string>();
  for (const { key } of tables.uploads.range()) uploads.add(String(Array.isArray(key) ? key.at(-1) : key));
  return [...tables.parts.range()].flatMap(({ key, value }) => {
    if (Array.isArray(key) && !uploads.has(String(key[0]))) flaws.push(`the part ${key} is of no upload`);
    return parsePart(value).content;
  });
}

function checkInline(tables: Tables, pieces: readonly Piece[]): string[] {
  const inline = pieces.filter((piece) => piece.inline);
  const named = new Set(inline.map(({ blob }) => blob));
  const flaws = inline
    .filter(({ blob, sizeBytes }) => (tables.inline.get(blob) as Uint8Array | undefined)?.length !== sizeBytes)
    .map(({ blob }) => `the bytes ${blob} are lost or cut short`);
  if (named.size !== inline.length) flaws.push('bytes in the database have two owners');
  for (const { key } of tables.inline.range()) if (!named.has(String(key))) flaws.push(`nobody names the bytes ${key}`);
  return flaws;
}

function checkOwners(tables: Tables, pieces: readonly Piece[]): string[] {
  const owners = new Map<string, number>();
  for (const { blob, inline } of pieces) if (!inline) owners.set(blob, (owners.get(blob) ?? 0) + 1);
  const counted = [...tables.blobs.range()].map(({ key, value }) => [String(key), parseBlob(value).owners] as const);
  const wrong = counted.filter(([id, count]) => owners.get(id) !== count);
  const uncounted = [...owners.keys()].filter((id) => !tables.blobs.has(id));
  return [
    ...wrong.map(([id, count]) => `the file ${id} counts ${count} owners and has ${owners.get(id) ?? 0}`),
    ...uncounted.map((id) => `the file ${id} has no row`),
  ];
}

function checkFiles(tables: Tables, pieces: readonly Piece[], bodies: string): string[] {
  const there = new Set(filesIn(bodies));
  const lost = [...tables.blobs.range()].map(({ key }) => String(key)).filter((id) => !there.has(id));
  const cut = pieces.filter(
    ({ blob, inline, sizeBytes }) => !inline && there.has(blob) && statSync(pathOf(bodies, blob)).size !== sizeBytes,
  );
  return [...lost.map((id) => `the file ${id} is lost`), ...cut.map(({ blob }) => `the file ${blob} is cut short`)];
}

const pathOf = (bodies: string, id: string) => join(bodies, id.slice(-2), id);

export function filesIn(bodies: string): string[] {
  return readdirSync(bodies, { recursive: true, encoding: 'utf8' })
    .filter((name) => /^[0-9a-f]{2}\/./.test(name))
    .map((name) => name.slice(3));
}
