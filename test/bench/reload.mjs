// How long after a handler was saved the new code answers.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { invokeRequest, openClient, succeeded } from './support/client.mjs';
import { startLocalYun, temporaryFolder } from './support/processes.mjs';
import { writeProject } from './support/project.mjs';
import { median, percentile } from './support/statistics.mjs';

const SAMPLES = 25;
const PEER_SAMPLES = 5;
/** Neither side may still be busy with the save before. */
const PAUSE_MS = 100;
const WAIT_MS = 10_000;

const WATCHED = `import http from 'node:http';
import { version } from './version.mjs';

http.createServer((request, response) => response.end(version)).listen(Number(process.argv[2]), '127.0.0.1');
`;

export async function measure() {
  const ours = await saveAndPoll(await openOurs(), SAMPLES);
  const watched = await saveAndPoll(await openWatched(), PEER_SAMPLES);
  const how = `The handler's file is written, then the function is called back to back until the new version answers; ${SAMPLES} saves. Peer: \`node --watch\` on a \`node:http\` server that imports the file, polled in the same way; ${PEER_SAMPLES} saves.`;
  return [
    {
      what: 'save of a handler → new code answers, p50',
      how,
      unit: 'ms',
      floor: { name: 'node --watch', value: median(watched) },
      ours: median(ours),
      goal: { text: '≤ 150 ms', max: 150 },
    },
    { what: 'save of a handler → new code answers, slowest', unit: 'ms', ours: percentile(ours, 1) },
  ];
}

async function openOurs() {
  const code = (version) => `export const handler = async () => '${version}';\n`;
  const { template, codeFiles } = writeProject({ functions: { versioned: { code: code('v0') } } });
  const stack = await startLocalYun(['--template', template]);
  const client = openClient(stack.endpoint);
  return {
    save: (version) => writeFileSync(codeFiles.versioned, code(version)),
    ask: async () => succeeded(await client.call(invokeRequest(stack, 'versioned'))).body.toString(),
    async close() {
      client.close();
      await stack.stop();
    },
  };
}

/** The port stays the same over restarts; while there is no server, the answer is nobody's. */
async function openWatched() {
  const folder = temporaryFolder();
  const versionFile = path.join(folder, 'version.mjs');
  const code = (version) => `export const version = '${version}';\n`;
  writeFileSync(versionFile, code('v0'));
  writeFileSync(path.join(folder, 'watched.mjs'), WATCHED);
  const port = await freePort();
  const args = ['--watch', path.join(folder, 'watched.mjs'), String(port)];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: 'ignore' });
  const client = openClient(`http://127.0.0.1:${port}`);
  return {
    save: (version) => writeFileSync(versionFile, code(version)),
    ask: async () => (await client.call({ path: '/' }).catch(() => undefined))?.body.toString(),
    async close() {
      client.close();
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}

async function saveAndPoll({ save, ask, close }, count) {
  const elapsedMs = [];
  await pollUntil(ask, 'v0');
  for (let index = 1; index <= count; index++) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    const started = performance.now();
    save(`v${index}`);
    await pollUntil(ask, `v${index}`);
    elapsedMs.push(performance.now() - started);
  }
  await close();
  return elapsedMs;
}

async function pollUntil(ask, version) {
  const until = performance.now() + WAIT_MS;
  let answer;
  do {
    answer = await ask();
    if (answer === version) return;
    if (answer === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
  } while (performance.now() < until);
  throw new Error(`Still ${answer} and not ${version} ${WAIT_MS / 1000} s after the save.`);
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
