// What the main process holds while it does nothing: functions run in processes of their own.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { samplePhotoPath } from '../../sample-app/photo.mjs';
import { admin, objectRequest, openClient, succeeded } from './support/client.mjs';
import { memoryMiB, ROOT, startLocalYun, startServer } from './support/processes.mjs';

const IDLE_MS = 3000;
const UPLOADS = 6;

export async function measure() {
  const bare = await startServer('bare-http.mjs');
  const stack = await startLocalYun(['--template', path.join(ROOT, 'sample-app/s.yaml')]);
  await idle();
  const bareMiB = memoryMiB(bare.child);
  const readyMiB = memoryMiB(stack.child);

  const client = openClient(stack.endpoint);
  const body = readFileSync(samplePhotoPath());
  for (let index = 0; index < UPLOADS; index++) {
    const request = objectRequest(stack, { bucket: 'upload-images', key: `uploads/photo-${index}.jpg`, body });
    succeeded(await client.call(request));
    await admin(client, 'settled');
  }
  client.close();
  await idle();
  const usedMiB = memoryMiB(stack.child);
  const mostMiB = memoryMiB(stack.child, 'VmHWM');
  await Promise.all([stack.stop(), bare.stop()]);

  const floor = { name: 'node:http alone', value: bareMiB };
  const goal = { text: '≤ 90 MiB', max: 90 };
  const how = `Resident memory of the \`localyun start\` process with the sample deployed, ${IDLE_MS / 1000} s after it was ready.`;
  return [
    { what: 'idle memory of the main process, ready', how, unit: 'MiB', floor, ours: readyMiB, goal },
    {
      what: `idle memory of the main process, after ${UPLOADS} photos`,
      how: `The same ${IDLE_MS / 1000} s after ${UPLOADS} photos went through the sample and the admin API was used; at most it had held ${mostMiB.toFixed(0)} MiB.`,
      unit: 'MiB',
      floor,
      ours: usedMiB,
      goal,
    },
  ];
}

function idle() {
  return new Promise((resolve) => setTimeout(resolve, IDLE_MS));
}
