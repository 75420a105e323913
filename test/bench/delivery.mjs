// How long after an upload was acknowledged its function's handler is entered, warm, with everything synced to disk.
import { admin, objectRequest, openClient, succeeded } from './support/client.mjs';
import { startLocalYun, startServer } from './support/processes.mjs';
import { uploadTrigger, writeProject } from './support/project.mjs';
import { percentile } from './support/statistics.mjs';

const SAMPLES = 350;
const WARM_UP = 30;
const BODY = Buffer.alloc(4096, 'x');

// The monotonic clock is the machine's, so its readings in two processes can be compared to the microsecond.
const CODE = `export async function handler(event) {
  const enteredNs = String(process.hrtime.bigint());
  return JSON.stringify({ key: JSON.parse(event.toString()).data.oss.object.key, enteredNs });
}
`;
const KINDS = {
  direct: { bucket: 'bench-direct', isAsync: false },
  queued: { bucket: 'bench-queued', isAsync: true },
};

export async function measure() {
  const functions = Object.fromEntries(
    Object.entries(KINDS).map(([name, kind]) => [name, { code: CODE, triggers: [uploadTrigger(kind.bucket, kind)] }]),
  );
  const { template } = writeProject({ functions, buckets: Object.values(KINDS).map(({ bucket }) => bucket) });
  const stack = await startLocalYun(['--template', template]);
  const bare = await startServer('bare-delivery.mjs');
  const client = openClient(stack.endpoint);
  const bareClient = openClient(bare.endpoint);

  const acknowledged = { direct: new Map(), queued: new Map(), bare: [] };
  const sent = { direct: [], queued: [] };
  for (let index = 0; index < WARM_UP + SAMPLES; index++) {
    for (const [name, { bucket }] of Object.entries(KINDS)) {
      const request = objectRequest(stack, { bucket, key: `object-${index}`, body: BODY });
      const sentNs = process.hrtime.bigint();
      const { answeredNs } = succeeded(await client.call(request));
      await admin(client, 'settled');
      if (index < WARM_UP) continue;
      acknowledged[name].set(`object-${index}`, answeredNs);
      sent[name].push(milliseconds(answeredNs - sentNs));
    }
    const { answeredNs } = await bareClient.call({ method: 'PUT', path: '/object', body: BODY });
    if (index >= WARM_UP) acknowledged.bare.push(answeredNs);
  }

  const floor = await bareDelays(bareClient, acknowledged.bare);
  const delays = { direct: await delaysOf(client, 'direct'), queued: await delaysOf(client, 'queued') };
  for (const one of [client, bareClient]) one.close();
  await Promise.all([stack.stop(), bare.stop()]);
  return [...rows('direct', delays.direct, sent.direct, floor), ...rows('queued', delays.queued, sent.queued, floor)];

  async function delaysOf(from, functionName) {
    const records = await admin(from, `invocations?function=${functionName}&limit=1000`);
    const delaysMs = [];
    for (const { result, state } of records) {
      if (state !== 'succeeded') throw new Error(`${functionName} ${state}: ${result}`);
      const { key, enteredNs } = JSON.parse(result);
      const answeredNs = acknowledged[functionName].get(key);
      if (answeredNs !== undefined) delaysMs.push(milliseconds(BigInt(enteredNs) - answeredNs));
    }
    if (delaysMs.length !== SAMPLES) throw new Error(`${delaysMs.length} of ${SAMPLES} uploads ran ${functionName}.`);
    return delaysMs;
  }
}

async function bareDelays(client, acknowledged) {
  let entered = [];
  // The last messages may still be on their way.
  while (entered.length < WARM_UP + SAMPLES) entered = JSON.parse((await client.call({ path: '/' })).body.toString());
  return acknowledged.map((answeredNs, index) => milliseconds(BigInt(entered[WARM_UP + index]) - answeredNs));
}

function rows(name, delaysMs, sentMs, bareMs) {
  const kind = name === 'direct' ? 'called at once' : 'queued durably first';
  const putMs = percentile(sentMs, 0.5).toFixed(2);
  const how = `PutObject of 4 KiB, signed, synced; from its answer's arrival at the client to the handler's first line (negative: the handler was faster than the answer); ${SAMPLES} in a row, settled in between. The PUT itself took ${putMs} ms at the median. Floor: \`node:http\` that answers, keeps nothing, and sends a forked process an IPC message.`;
  const floorName = 'node:http + IPC';
  return [0.5, 0.99].map((share) => ({
    what: `PUT acknowledged → handler entered (${kind}), p${share * 100}`,
    how: share === 0.5 ? how : undefined,
    unit: 'ms',
    floor: { name: floorName, value: percentile(bareMs, share) },
    ours: percentile(delaysMs, share),
    withoutRatio: true,
    goal: share === 0.5 ? { text: '≤ 5 ms', max: 5 } : { text: '≤ 25 ms', max: 25 },
  }));
}

function milliseconds(nanoseconds) {
  return Number(nanoseconds) / 1e6;
}
