/** Builds the Node bootstrap for tests that run our TypeScript directly: a worker process needs plain JavaScript. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ENTRY = fileURLToPath(new URL('../../emulators/fc/runtimes/node/bootstrap.ts', import.meta.url));

let built: Promise<string> | undefined;

/** Path of the built file. Named by its content, so that test processes side by side share it and none is left per run. */
export function builtBootstrap(): Promise<string> {
  built ??= buildBootstrap();
  return built;
}

async function buildBootstrap(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [ENTRY],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    write: false,
  });
  const [file] = outputFiles;
  if (!file) throw new Error('esbuild wrote nothing');
  const hash = createHash('sha256').update(file.contents).digest('hex').slice(0, 16);
  const path = join(tmpdir(), `localyun-fc-node-bootstrap-${hash}.mjs`);
  if (existsSync(path)) return path;
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, file.contents);
  await rename(unfinished, path);
  return path;
}
