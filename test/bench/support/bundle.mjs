// Bundles sources of the product for a bench that has to reach inside it.

import path from 'node:path';
import { build } from 'esbuild';
import { ROOT, temporaryFolder } from './processes.mjs';

/** `contents` imports from the root of the repository; answers the file to import, which lasts as long as the bench. */
export async function bundle(contents) {
  const outfile = path.join(temporaryFolder(), 'bundle.mjs');
  // Its native part lies beside it.
  const lmdb = import.meta.resolve('lmdb');
  await build({
    stdin: { contents, resolveDir: ROOT },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    plugins: [
      {
        name: 'lmdb-in-place',
        setup: ({ onResolve }) => onResolve({ filter: /^lmdb$/ }, () => ({ path: lmdb, external: true })),
      },
    ],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  return outfile;
}
