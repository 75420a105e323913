#!/usr/bin/env node
/**
 * What `dist/main.cjs` is: loads the bundled program with V8's code cache, so that a start compiles next to nothing.
 * CommonJS, because Node sets up its loader of ES modules only for those who need it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';

const filename = join(__dirname, 'program.cjs');
// The bundle is ASCII, and so read without a look at each byte.
const source = readFileSync(filename, 'latin1');
const cachedData = readCache(join(__dirname, 'program.cache'));

/** The build asks it for its code cache once it has run. */
export const program = new Script(`(function (require, __filename) {${source}\n})`, {
  filename,
  // A cache of another Node version is refused by V8 and costs nothing but its time.
  ...(cachedData ? { cachedData } : {}),
});

program.runInThisContext()(require, filename);

function readCache(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    // None was built: the start is slower, and nothing else.
    return undefined;
  }
}
