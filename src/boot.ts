#!/usr/bin/env node
/** What `dist/main.js` is: loads the bundled program with V8's code cache, so that a start compiles next to nothing. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';

const folder = dirname(fileURLToPath(import.meta.url));
const filename = join(folder, 'program.cjs');
const source = readFileSync(filename, 'utf8');
const cachedData = readCache(join(folder, 'program.cache'));

/** The build asks it for its code cache once it has run. */
export const program = new Script(`(function (require, __filename) {${source}\n})`, {
  filename,
  // A cache of another Node version is refused by V8 and costs nothing but its time.
  ...(cachedData ? { cachedData } : {}),
});

program.runInThisContext()(createRequire(filename), filename);

function readCache(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    // None was built: the start is slower, and nothing else.
    return undefined;
  }
}
