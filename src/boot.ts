#!/usr/bin/env node
/**
 * What `dist/main.cjs` is: loads the bundled program with V8's code cache, so that a start compiles next to nothing.
 * CommonJS, because Node sets up its loader of ES modules only for those who need it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

/** Some modules of the program, as one function. */
type Chunk = (module: { exports: object }, exports: object, require: (id: string) => unknown) => void;
type Pack = Readonly<Record<string, Chunk>>;

/** Compiled so far. The build asks them for their code caches once they have run. */
export const packs = new Map<string, Script>();
/** What each chunk that has run gives to others. */
export const loaded = new Map<string, object>();

const early = readPack('program');
let later: Pack | undefined;
load('./program.js');

function load(id: string): unknown {
  if (!id.startsWith('./')) return require(id);
  const known = loaded.get(id);
  if (known) return known;
  if (!(id in early)) later ??= readPack('program-later');
  const chunk = early[id] ?? later?.[id];
  if (!chunk) throw new Error(`${id} is missing in ${__dirname}: that folder is not of one build.`);
  const module = { exports: {} };
  chunk(module, module.exports, load);
  // esbuild's are getters, for what changes later. No chunk changes what it gave, and calls through plain properties are quicker.
  const given = { ...module.exports };
  loaded.set(id, given);
  return given;
}

function readPack(name: string): Pack {
  const filename = join(__dirname, `${name}.cjs`);
  const cachedData = readCache(join(__dirname, `${name}.cache`));
  // Bundles are ASCII, and so read without a look at each byte.
  const script = new Script(readFileSync(filename, 'latin1'), {
    filename,
    // A cache of another Node version is refused by V8 and costs nothing but its time.
    ...(cachedData ? { cachedData } : {}),
  });
  packs.set(name, script);
  return script.runInThisContext()(require, filename, lmdbFilename());
}

/** lmdb's JavaScript is in the bundle, and looks for its native part from where npm laid it. `require.resolve` takes 3 ms to tell. */
function lmdbFilename(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, 'node_modules/lmdb/dist/index.cjs');
    if (existsSync(path)) return path;
  }
  return require.resolve('lmdb');
}

function readCache(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    // None was built: the start is slower, and nothing else.
    return undefined;
  }
}
