// How long a warm InvokeFunction takes, one after the other over one kept connection, signed.
import { invokeRequest, openClient, succeeded } from './support/client.mjs';
import { startLocalYun, startServer } from './support/processes.mjs';
import { writeProject } from './support/project.mjs';
import { percentile } from './support/statistics.mjs';

const ROUNDS = 6;
const CALLS = 250;
const WARM_UP = 200;
const BODY = JSON.stringify({ hello: 'world' });

export async function measure() {
  const code = 'export const handler = async (event) => event;\n';
  const { template } = writeProject({ functions: { echo: { code } } });
  const stack = await startLocalYun(['--template', template]);
  const bare = await startServer('echo-http.mjs');
  const targets = { ours: openClient(stack.endpoint), bare: openClient(bare.endpoint) };
  const latencies = { ours: [], bare: [] };
  for (const client of Object.values(targets)) for (let call = 0; call < WARM_UP; call++) await one(client);
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, client] of Object.entries(targets))
      for (let call = 0; call < CALLS; call++) latencies[name].push(await one(client));
  for (const client of Object.values(targets)) client.close();
  await Promise.all([stack.stop(), bare.stop()]);

  const how = `InvokeFunction of a function that returns its event (17 bytes), ACS3-signed, over one kept connection; ${ROUNDS} rounds of ${CALLS}. Signing is outside the measured time. Floor: the same request to a \`node:http\` server that echoes its body.`;
  return [0.5, 0.99].map((share) => ({
    what: `warm InvokeFunction, p${share * 100}`,
    how: share === 0.5 ? how : undefined,
    unit: 'ms',
    floor: { name: 'node:http echo', value: percentile(latencies.bare, share) },
    ours: percentile(latencies.ours, share),
    ...(share === 0.5 ? { goal: { text: '≤ 2 ms', max: 2 } } : {}),
  }));

  async function one(client) {
    const request = invokeRequest(stack, 'echo', BODY);
    const started = performance.now();
    const { body } = succeeded(await client.call(request));
    const elapsedMs = performance.now() - started;
    if (body.toString() !== BODY) throw new Error(`The echo said ${body}.`);
    return elapsedMs;
  }
}
