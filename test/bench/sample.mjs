// How long the sample takes from a photo's upload to its sixth derivative, beside the same six made by a plain script.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import OSS from 'ali-oss';
import { samplePhotoPath } from '../../sample-app/photo.mjs';
import { admin, openClient } from './support/client.mjs';
import { ROOT, startLocalYun, startPeer } from './support/processes.mjs';
import { median } from './support/statistics.mjs';

const ROUNDS = 20;
const WARM_UP = 4;
const DERIVATIVES = ['large', 'medium', 'thumb'].flatMap((size) => [
  `resized/${size}/NAME.jpg`,
  `webp/${size}/NAME.webp`,
]);

export async function measure() {
  const stack = await startLocalYun(['--template', path.join(ROOT, 'sample-app/s.yaml')]);
  const plain = await startPeer('plain-pictures.mjs');
  const upload = uploader(stack);
  const file = samplePhotoPath();

  const times = { plain: [], settled: [], sixth: [] };
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    const { elapsedMs } = await plain.ask({ file });
    const ours = await upload(`photo-${round + WARM_UP}`);
    if (round < 0) continue;
    times.plain.push(elapsedMs);
    times.settled.push(ours.settledMs);
    times.sixth.push(ours.sixthMs);
  }
  upload.close();
  await Promise.all([stack.stop(), plain.stop()]);

  const floor = { name: 'sharp alone', value: median(times.plain) };
  const goal = { text: '≤ 1.3 ×', ratioMax: 1.3 };
  return [
    {
      what: 'sample photo, warm: upload → sixth object',
      how: `ali-oss \`put\` of the 1024 × 819 photograph, from its call to the time the sixth object's event was published (kernel time, to the millisecond; an object is readable before its event is published); median of ${ROUNDS}, interleaved. Floor: a warm process that makes the same six from a buffer into buffers with the sample's own image code.`,
      unit: 'ms',
      floor,
      ours: median(times.sixth),
      goal,
    },
    {
      what: 'sample photo, warm: upload → nothing in flight',
      how: 'The same runs, to the moment the client heard from `GET settled` that the function has returned and every event was delivered and recorded; all six objects were then read.',
      unit: 'ms',
      floor,
      ours: median(times.settled),
    },
  ];
}

function uploader(stack) {
  const { endpoint, region, accessKeyId, accessKeySecret } = stack;
  const common = { endpoint, region: `oss-${region}`, accessKeyId, accessKeySecret, authorizationV4: true };
  const uploads = new OSS({ ...common, bucket: 'upload-images' });
  const processed = new OSS({ ...common, bucket: 'processed-images' });
  const photo = readFileSync(samplePhotoPath());
  const client = openClient(endpoint);

  async function upload(name) {
    const startedAt = Date.now();
    const started = performance.now();
    await uploads.put(`uploads/${name}.jpg`, photo);
    await admin(client, 'settled');
    const settledMs = performance.now() - started;

    for (const key of DERIVATIVES) await processed.head(key.replace('NAME', name));
    const since = new Date(startedAt).toISOString();
    const events = await admin(client, `events?since=${since}&limit=50`);
    const made = events.filter(({ subject }) => subject.includes('processed-images/'));
    if (made.length !== DERIVATIVES.length) throw new Error(`${made.length} derivatives have events, not six.`);
    const paths = await Promise.all(made.map(({ id }) => admin(client, `events/${id}`)));
    const sixthAt = Math.max(...paths.map(({ publishedAt }) => Date.parse(publishedAt)));
    return { settledMs, sixthMs: sixthAt - startedAt };
  }
  return Object.assign(upload, { close: client.close });
}
