// The floor of the sample's benchmark: the same six derivatives by the same image code, with no cloud around it.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { derivativeKey, derive } from '../../sample-app/functions/image-processor/images.mjs';
import { samplePhotoPath } from '../../sample-app/photo.mjs';

/** Answers key → bytes, under the keys that the sample's function would use. */
export async function processPlain(photo, { name = 'photo.jpg', watermark = 'LocalYun' } = {}) {
  return new Map(
    await derive(photo, { watermark }, (derivative) => [derivativeKey(name, derivative), derivative.body]),
  );
}

/** From a file to six files, or to memory only where no folder is given. */
export async function processFile(file, folder) {
  const derivatives = await processPlain(await readFile(file), { name: path.basename(file) });
  if (folder === undefined) return derivatives;
  await Promise.all(
    [...derivatives].map(async ([key, body]) => {
      const target = path.join(folder, key);
      await mkdir(path.dirname(target), { recursive: true });
      await writeFile(target, body);
    }),
  );
  return derivatives;
}

// node test/bench/sample-plain.mjs [PHOTO [FOLDER]]
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [file = samplePhotoPath(), folder] = process.argv.slice(2);
  const started = performance.now();
  const derivatives = await processFile(file, folder);
  const elapsedMs = performance.now() - started;
  for (const [key, body] of derivatives) console.log(`${key}  ${body.length} bytes`);
  console.log(`${derivatives.size} derivatives in ${elapsedMs.toFixed(1)} ms`);
}
