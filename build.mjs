/** Bundles the product to dist/ once, so that start-up pays for no transpiler, opens few files and compiles next to nothing. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { build, transform } from 'esbuild';

const ROOT = import.meta.dirname;
const DIST = join(ROOT, 'dist');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

rmSync(DIST, { recursive: true, force: true });

const minified = { minifySyntax: true, minifyWhitespace: true };
const common = {
  outdir: DIST,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
  ...minified,
  plugins: [onlyWhatZodNeeds()],
  define: { LOCALYUN_VERSION: JSON.stringify(version) },
};
// express, minio, selfsigned and croner are loaded by those few who need them: the admin API, one store, HTTP targets, timers; lmdb carries a native part.
const external = ['express', 'minio', 'selfsigned', 'croner'];
const requireInModules =
  "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);";

await Promise.all([
  // The command line.
  build({
    ...common,
    entryPoints: { main: join(ROOT, 'src/boot.ts') },
    external: ['lmdb'],
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
  }).then(bundleProgram),
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
// From here on caches are of what is there now.
trainingRun();

/**
 * The command line: modules in chunks, each a function of a pack, and a pack is compiled from a code cache by a few lines of
 * boot. What a start loads until it is ready is one pack, the rest another, which it does not wait for.
 */
async function bundleProgram() {
  const { outputFiles, metafile } = await build({
    ...common,
    entryPoints: { program: join(ROOT, 'src/main.ts') },
    splitting: true,
    write: false,
    metafile: true,
    external,
    plugins: [...common.plugins, lmdbWithoutItsNativePart()],
    define: { ...common.define, 'import.meta.url': '__programUrl' },
  });
  refuseNameless(metafile);
  const chunks = await Promise.all(
    outputFiles.map(async ({ path, text }) => {
      // A chunk is no file of its own, so that `import()` is a call of boot's `require` as well.
      const supported = { 'dynamic-import': false };
      const { code } = await transform(text, { ...minified, format: 'cjs', target: 'node20', supported });
      return { name: `./${basename(path)}`, code };
    }),
  );
  writePack('program', chunks);
  const { early } = trainingRun();
  if (!early) return;
  writePack(
    'program',
    chunks.filter(({ name }) => early.includes(name)),
  );
  writePack(
    'program-later',
    chunks.filter(({ name }) => !early.includes(name)),
  );
}

/** What a CommonJS package exports is in no chunk of its own by its names: `import()` of one finds nothing but `default`. */
function refuseNameless({ outputs }) {
  for (const { entryPoint, exports } of Object.values(outputs))
    if (entryPoint?.includes('node_modules') && exports.join() === 'default')
      throw new Error(`import() of ${entryPoint} has no names: import it in a module of ours, and that with import().`);
}

function writePack(name, chunks) {
  const functions = chunks.map((chunk) => `${JSON.stringify(chunk.name)}(module,exports,require){${chunk.code}}`);
  const url = "const __programUrl=require('node:url').pathToFileURL(__filename).href;";
  const text = `(function(require,__filename,__lmdbFilename){'use strict';${url}return{${functions.join(',\n')}}})`;
  writeFileSync(join(DIST, `${name}.cjs`), text);
}

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

/**
 * One start with a template, and its first calls. Answers with the chunks that were loaded when it was ready, and keeps what
 * V8 had compiled of them then, and of the others after the calls. Without these caches everything works, only slower.
 */
function trainingRun() {
  const cwd = mkdtempSync(join(tmpdir(), 'localyun-build-'));
  const script = `
    import { writeFileSync } from 'node:fs';
    import { setFlagsFromString } from 'node:v8';
    process.argv = [process.execPath, 'start', '--ephemeral', '--json', '--port', '0', '--no-watch', '--log-level', 'silent',
      '--template', ${JSON.stringify(join(ROOT, 'sample-app/s.yaml'))}];
    process.stdout.write = (line) => {
      writeFileSync('early.json', JSON.stringify([...loaded.keys()]));
      keep('program');
      firstCalls(JSON.parse(line).endpoint).finally(() => process.kill(process.pid, 'SIGTERM'));
      return true;
    };
    const { packs, loaded } = await import(${JSON.stringify(join(DIST, 'main.cjs'))});
    function keep(name) {
      const pack = packs.get(name);
      if (pack) writeFileSync(${JSON.stringify(DIST)} + '/' + name + '.cache', pack.createCachedData());
    }
    async function firstCalls(endpoint) {
      await (await fetch(endpoint + '/_localyun/operations')).text();
      for (const path of ['/', '/bucket/key', '/2023-03-30/functions', '/openapi/putEvents', '/?Action=GetCallerIdentity&Version=2015-04-01'])
        await (await fetch(endpoint + path)).text();
      // V8 takes a cache only under the flags it was written under: a start loads both before it sets any.
      setFlagsFromString('--semi-space-growth-factor=2');
      keep('program-later');
    }
  `;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd,
    timeout: 30_000,
    encoding: 'utf8',
  });
  try {
    if (status === 0) return { early: JSON.parse(readFileSync(join(cwd, 'early.json'), 'utf8')) };
    console.warn(`The code cache could not be written (the start will be slower): ${stderr.trim()}`);
    return {};
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}
