// The floor of the sample: a warm process that makes the same six pictures with sharp, and no cloud around it.
import { readFileSync } from 'node:fs';
import { processPlain } from '../sample-plain.mjs';

process.on('message', async ({ file }) => {
  const photo = readFileSync(file);
  const started = performance.now();
  const made = await processPlain(photo);
  process.send({ count: made.size, elapsedMs: performance.now() - started });
});
process.on('SIGTERM', () => process.exit(0));
