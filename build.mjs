/** Bundles the product to dist/ once, so that start-up pays for no transpiler, opens few files and compiles next to nothing. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const ROOT = import.meta.dirname;
const DIST = join(ROOT, 'dist');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

rmSync(DIST, { recursive: true, force: true });

const common = {
  outdir: DIST,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
  minifySyntax: true,
  minifyWhitespace: true,
  plugins: [onlyWhatZodNeeds()],
  define: { LOCALYUN_VERSION: JSON.stringify(version) },
};
// express, minio, selfsigned and croner are loaded by those few who need them: the admin API, one store, HTTP targets, timers; lmdb carries a native part.
const external = ['express', 'minio', 'selfsigned', 'croner'];
const requireInModules =
  "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);";

await Promise.all([
  // The command line: one file, compiled from a code cache by a few lines of boot.
  build({
    ...common,
    entryPoints: { program: join(ROOT, 'src/main.ts') },
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    external,
    plugins: [...common.plugins, lmdbWithoutItsNativePart()],
    define: { ...common.define, 'import.meta.url': '__programUrl' },
    banner: {
      js: "const __programUrl = require('node:url').pathToFileURL(__filename).href, __lmdbFilename = require.resolve('lmdb');",
    },
  }),
  build({
    ...common,
    entryPoints: { main: join(ROOT, 'src/boot.ts') },
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
  }),
  // The programmatic API.
  build({
    ...common,
    entryPoints: { index: join(ROOT, 'src/index.ts') },
    external: [...external, 'lmdb'],
    sourcemap: true,
    banner: { js: requireInModules },
  }),
  // Runs inside the function's process: one small file of plain Node.
  build({ ...common, entryPoints: { 'fc-node-bootstrap': join(ROOT, 'emulators/fc/runtimes/node/bootstrap.ts') } }),
]);
writeCodeCache();

/** `import { z }` holds on to all of zod with its languages; as a namespace only what is used stays. */
function onlyWhatZodNeeds() {
  return {
    name: 'zod-as-namespace',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/](src|emulators)[\\/].*\.ts$/ }, ({ path }) => ({
        contents: readFileSync(path, 'utf8').replace("import { z } from 'zod';", "import * as z from 'zod';"),
        loader: 'ts',
      }));
    },
  };
}

/**
 * lmdb's JavaScript goes into the code cache too; its native part is looked for where npm laid it, as lmdb does itself.
 * msgpackr's native part reads long texts faster, of which there are none here, and costs its loading.
 */
function lmdbWithoutItsNativePart() {
  const lmdb = createRequire(import.meta.url).resolve('lmdb');
  return {
    name: 'lmdb-without-its-native-part',
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /^lmdb$/ }, () => ({ path: lmdb }));
      onResolve({ filter: /^msgpackr-extract$/ }, ({ path }) => ({ path, namespace: 'absent' }));
      onLoad({ filter: /./, namespace: 'absent' }, () => ({ contents: 'module.exports = undefined;' }));
      onLoad({ filter: /[\\/]lmdb[\\/]dist[\\/]index\.cjs$/ }, ({ path }) => ({
        contents: readFileSync(path, 'utf8').replaceAll('__filename', '__lmdbFilename'),
      }));
    },
  };
}

/** Runs one start, with a template, and keeps what V8 compiled for it. Without it everything works, only slower. */
function writeCodeCache() {
  const cwd = mkdtempSync(join(tmpdir(), 'localyun-build-'));
  const script = `
    import { writeFileSync } from 'node:fs';
    import { setFlagsFromString } from 'node:v8';
    process.argv = [process.execPath, 'start', '--ephemeral', '--json', '--port', '0', '--no-watch', '--log-level', 'silent',
      '--template', ${JSON.stringify(join(ROOT, 'sample-app/s.yaml'))}];
    process.stdout.write = (line) => {
      // V8 takes a cache only under the flags it was written under, and the next start loads it before it sets any.
      setFlagsFromString('--semi-space-growth-factor=2');
      writeFileSync(${JSON.stringify(join(DIST, 'program.cache'))}, program.createCachedData());
      process.kill(process.pid, 'SIGTERM');
      return Boolean(line);
    };
    const { program } = await import(${JSON.stringify(join(DIST, 'main.cjs'))});
  `;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd,
    timeout: 30_000,
    encoding: 'utf8',
  });
  rmSync(cwd, { recursive: true, force: true });
  if (status !== 0) console.warn(`The code cache could not be written (the start will be slower): ${stderr.trim()}`);
}
