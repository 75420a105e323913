/** A LocalYun as its users start it, built from this checkout, in a folder of its own. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { plainEnvironment, start } from './processes.mjs';

const ROOT = join(import.meta.dirname, '../../..');
const MAIN = join(ROOT, JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).bin.localyun);

/** `settings`: what a localyun.yaml may hold. Resolves with the ready line's fields, and `stop()`. */
export async function startLocalYun(settings, folder) {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is missing: build the project first (node build.mjs).`);
  writeFileSync(join(folder, 'localyun.yaml'), stringify(settings));
  const child = start(process.execPath, [MAIN, 'start', '--json', '--ephemeral', '--port', '0'], {
    cwd: folder,
    env: plainEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    // A suite's own mistakes are logged, too: the end is enough to tell why a stack ended.
    log = (log + text).slice(-20_000);
  });
  const ready = await new Promise((resolve, reject) => {
    let line = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      line += text;
      if (line.includes('\n')) resolve(JSON.parse(line));
    });
    child.once('close', (code) => reject(new Error(`localyun start ended with code ${code}: ${log}`)));
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return { ...ready, stop };
}
