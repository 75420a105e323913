// The floor of the sample: a warm process that makes the same six pictures with sharp, and no cloud around it.
import { readFileSync } from 'node:fs';
import { processFile, processPlain } from '../sample-plain.mjs';

process.on('message', async ({ file, folder }) => {
  const photo = readFileSync(file);
  const started = performance.now();
  const made = folder === undefined ? await processPlain(photo) : await processFile(file, folder);
  process.send({ count: made.size, elapsedMs: performance.now() - started });
});
process.on('SIGTERM', () => process.exit(0));
