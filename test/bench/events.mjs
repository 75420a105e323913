// Events of applications: how soon a function is entered, how long ten thousand rules take, and a minute of two thousand a second.
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { admin, controlRequest, openClient, putEventsRequest, succeeded } from './support/client.mjs';
import { load, wireBytes } from './support/load.mjs';
import { memoryMiB, startLocalYun, startServer, temporaryFolder } from './support/processes.mjs';
import { writeProject } from './support/project.mjs';
import { percentile, rounded } from './support/statistics.mjs';

const SAMPLES = 300;
const WARM_UP = 30;
const RULES = 10_000;
const CONNECTIONS = 16;
const SUSTAINED_SECONDS = 60;
const PER_SECOND = 2_000;
const BATCH = 16;
const STEADY_AFTER_SECONDS = 15;

const ENTERED = `export async function handler(event) {
  const enteredNs = String(process.hrtime.bigint());
  return JSON.stringify({ id: JSON.parse(event.toString()).id, enteredNs });
}
`;

export async function measure() {
  const counted = path.join(temporaryFolder(), 'counted');
  const count = `import { appendFileSync } from 'node:fs';
export async function handler() { appendFileSync(${JSON.stringify(counted)}, '.'); }
`;
  const target = (functionName, invocationType) => ({
    id: functionName,
    type: 'acs.fc.function',
    endpoint: `acs:fc:cn-beijing:1234567890123456:functions/${functionName}`,
    paramList: [
      { resourceKey: 'Body', form: 'ORIGINAL' },
      { resourceKey: 'InvocationType', form: 'CONSTANT', value: invocationType },
    ],
  });
  const rule = (name, type, functionName) => ({
    name,
    filterPattern: { source: ['bench'], type: [type] },
    targets: [target(functionName, 'Sync')],
  });
  const { template } = writeProject({
    functions: { entered: { code: ENTERED }, counting: { code: count } },
    settings: {
      limits: { eventRulesPerBus: RULES + 10, eventsPerSecond: 100_000 },
      eventBuses: [
        { name: 'bench', rules: [rule('enter', 'enter', 'entered'), rule('count', 'count', 'counting')] },
        { name: 'many' },
      ],
    },
  });
  const stack = await startLocalYun(['--template', template]);
  const bare = await startServer('bare-http.mjs');
  const rows = [await entered(stack), await rules(stack, bare), ...(await sustained(stack, counted))];
  await Promise.all([stack.stop(), bare.stop()]);
  return rows;
}

async function entered(stack) {
  const client = openClient(stack.endpoint);
  const sentNs = new Map();
  for (let index = 0; index < WARM_UP + SAMPLES; index++) {
    const request = putEventsRequest(stack, [eventOf(`enter-${index}`, 'enter')]);
    sentNs.set(`enter-${index}`, process.hrtime.bigint());
    succeeded(await client.call(request));
    await admin(client, 'settled');
  }
  const records = await admin(client, `invocations?function=entered&limit=${SAMPLES}`);
  const delaysMs = records.map(({ result }) => {
    const { id, enteredNs } = JSON.parse(result);
    return Number(BigInt(enteredNs) - sentNs.get(id)) / 1e6;
  });
  client.close();
  return {
    what: 'PutEvents sent → handler entered, p50',
    how: `One event a request, signed, synced to disk before its answer and before the function: from the request's sending to the handler's first line; ${SAMPLES} in a row, settled in between. The slowest of a hundred took ${rounded(percentile(delaysMs, 0.99))} ms.`,
    unit: 'ms',
    ours: percentile(delaysMs, 0.5),
    goal: { max: 5, text: '≤ 5 ms' },
  };
}

async function rules(stack, bare) {
  const requests = Array.from({ length: RULES }, (_, index) =>
    wireBytes(
      controlRequest(stack, 'CreateRule', {
        EventBusName: 'many',
        RuleName: `rule-${index}`,
        FilterPattern: JSON.stringify({
          source: ['shop'],
          data: { customer: [`c-${index}`], amount: [{ numeric: ['>', 5] }] },
        }),
      }),
    ),
  );
  const options = { connections: CONNECTIONS, durationMs: 0, atLeast: RULES };
  const floor = await load(bare.endpoint, requests, options);
  const made = await load(stack.endpoint, requests, options);
  return {
    what: '10,000 rules created',
    how: `CreateRule over RPC, signed, each synced to disk, ${CONNECTIONS} connections.`,
    unit: 's',
    floor: { name: 'node:http alone', value: RULES / floor.perSecond },
    ours: RULES / made.perSecond,
    goal: { max: 5, text: '≤ 5 s' },
  };
}

/** Batches go out by the clock, whatever the answers do. */
async function sustained(stack, counted) {
  const clients = Array.from({ length: 4 }, () => openClient(stack.endpoint));
  const started = performance.now();
  const answers = [];
  let sent = 0;
  let steadyMiB;
  while (sent < PER_SECOND * SUSTAINED_SECONDS) {
    const seconds = (performance.now() - started) / 1000;
    if (steadyMiB === undefined && seconds > STEADY_AFTER_SECONDS) steadyMiB = memoryMiB(stack.child);
    if (sent > seconds * PER_SECOND) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      continue;
    }
    const events = Array.from({ length: BATCH }, (_, index) => eventOf(`count-${sent + index}`, 'count'));
    answers.push(clients[(sent / BATCH) % clients.length].call(putEventsRequest(stack, events)));
    sent += BATCH;
  }
  for (const answer of await Promise.all(answers)) succeeded(answer);
  const publishedSeconds = (performance.now() - started) / 1000;
  await admin(clients[0], 'settled?timeoutMs=120000');
  const seconds = (performance.now() - started) / 1000;
  const grownMiB = memoryMiB(stack.child) - (steadyMiB ?? 0);
  for (const client of clients) client.close();
  const delivered = existsSync(counted) ? statSync(counted).size : 0;
  return [
    {
      what: `${PER_SECOND.toLocaleString('en')} events/s for ${SUSTAINED_SECONDS} s through rule, target and function`,
      how: `PutEvents in batches of ${BATCH}, sent by the clock over 4 connections; every event runs a function that notes it. ${sent} events were published in ${rounded(publishedSeconds)} s and ran ${delivered} times; everything was done after ${rounded(seconds)} s. The main process was ${rounded(grownMiB)} MiB larger at the end than after ${STEADY_AFTER_SECONDS} s.`,
      unit: '/s',
      ours: delivered / seconds,
      goal: { min: PER_SECOND * 0.97, text: `≥ ${PER_SECOND} /s, none lost` },
    },
    {
      what: 'events lost on the way',
      unit: '',
      ours: Math.max(0, sent - delivered),
      goal: { max: 0, text: '0' },
    },
  ];
}

function eventOf(id, type) {
  const data = { customer: 'c-1', amount: 12, items: ['a', 'b', 'c'] };
  return { id, source: 'bench', type, specversion: '1.0', subject: 'order', aliyuneventbusname: 'bench', data };
}
