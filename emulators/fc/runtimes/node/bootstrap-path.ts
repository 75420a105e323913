/** Where the built bootstrap lies: beside the bundle that runs, or in dist/ when the source itself runs. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FILE = 'fc-node-bootstrap.js';

export function nodeBootstrapPath(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const bundled = join(here, FILE);
  if (existsSync(bundled)) return bundled;
  const built = join(here, '..', '..', '..', '..', 'dist', FILE);
  if (existsSync(built)) return built;
  throw new Error(`${FILE} is missing beside ${here} and in dist: build the project first.`);
}
