/** Bundles the product to dist/ once, so that start-up pays for no transpiler and opens few files. */
import { readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

rmSync(new URL('dist', import.meta.url), { recursive: true, force: true });

const common = {
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
  define: { LOCALYUN_VERSION: JSON.stringify(version) },
};

await build({
  ...common,
  entryPoints: { main: 'src/main.ts', index: 'src/index.ts' },
  splitting: true,
  minifySyntax: true,
  minifyWhitespace: true,
  chunkNames: '[name]-[hash]',
  // lmdb carries a native part; the others are CommonJS of many files that only some commands load.
  external: ['lmdb', 'express', 'chokidar', 'execa'],
  sourcemap: true,
  banner: { js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);" },
});

// Runs inside the function's process: one small file of plain Node.
await build({ ...common, entryPoints: { 'fc-node-bootstrap': 'emulators/fc/runtimes/node/bootstrap.ts' } });
