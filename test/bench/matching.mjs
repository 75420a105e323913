// How many events a second find their rules, with 1, 100 and 10,000 of them, beside event-ruler on the same events and rules.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { ROOT, temporaryFolder } from './support/processes.mjs';
import { median, rounded } from './support/statistics.mjs';

const EVENTS = 5_000;
const BUCKETS = 5_000;
const ROUNDS = 3;
const WARM_UP_SECONDS = 1;
const SECONDS = 1.5;
const GOALS = {
  1: { min: 150_000, text: '≥ 150,000 /s' },
  100: { peerMin: 1, text: 'ahead of event-ruler' },
  10000: { min: 100_000, peerMin: 1, text: '≥ 100,000 /s, ahead of event-ruler' },
};

export async function measure() {
  const folder = temporaryFolder();
  const library = path.join(folder, 'pattern.mjs');
  await build({
    entryPoints: [path.join(ROOT, 'emulators/eventbridge/pattern/index.ts')],
    outfile: library,
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'error',
  });
  const events = write(
    folder,
    'events',
    Array.from({ length: EVENTS }, (_, index) => eventAt(index)),
  );
  const bytes = Math.round(Buffer.byteLength(eventAt(0)));
  const peer = eventRuler();
  const rows = [];
  for (const count of [1, 100, 10_000]) {
    const rules = write(
      folder,
      `rules-${count}`,
      Array.from({ length: count }, (_, index) => ruleAt(index)),
    );
    const ours = [];
    const theirs = [];
    const timing = [String(WARM_UP_SECONDS), String(SECONDS)];
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(
        run(process.execPath, [path.join(ROOT, 'test/bench/servers/matching.mjs'), library, events, rules, ...timing]),
      );
      if (peer) theirs.push(run('java', ['-cp', peer.classpath, peer.source, events, rules, ...timing]));
    }
    if (peer && ours[0].matches !== theirs[0].matches)
      throw new Error(`Ours found ${ours[0].matches} matches and event-ruler ${theirs[0].matches}.`);
    rows.push({
      what: `matching, ${count.toLocaleString('en')} rule${count === 1 ? '' : 's'}`,
      unit: '/s',
      ours: median(ours.map(({ perSecond }) => perSecond)),
      floor: { name: 'JSON.parse alone', value: median(ours.map(({ parsedPerSecond }) => parsedPerSecond)) },
      ...(peer ? { peer: { name: 'event-ruler 2.0.1', value: median(theirs.map(({ perSecond }) => perSecond)) } } : {}),
      goal: GOALS[count],
    });
  }
  rows[0].how = `OSS events of about ${bytes} bytes, JSON text in, one thread; ${EVENTS} different ones of ${BUCKETS} buckets. A rule asks for source, type, one bucket, and a prefix, a suffix or a size of the object; median of ${ROUNDS} runs of ${SECONDS} s in turn with the peer, after ${rounded(WARM_UP_SECONDS)} s of warming up. Both find the same number of matches.${peer ? '' : ' event-ruler was not there: it needs Java and Maven.'}`;
  return rows;
}

function write(folder, name, lines) {
  const file = path.join(folder, `${name}.jsonl`);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

function run(program, args) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: 120_000 });
  if (status !== 0) throw new Error(`${path.basename(program)} ended with ${status}: ${stderr.slice(0, 2000)}`);
  return JSON.parse(stdout);
}

function eventAt(index) {
  const bucket = `photos-of-customer-${index % BUCKETS}`;
  const key = `${['uploads', 'incoming', 'archive'][index % 3]}/2026/11/${index}/picture-${index}.${['jpg', 'png', 'csv'][index % 3]}`;
  const account = '1234567890123456';
  const requestId = (0x69b1000000000000n + BigInt(index)).toString(16).toUpperCase().padEnd(24, '0');
  return JSON.stringify({
    id: requestId,
    source: 'acs.oss',
    specversion: '1.0',
    type: 'oss:ObjectCreated:PutObject',
    datacontenttype: 'application/json;charset=utf-8',
    subject: `acs:oss:cn-hangzhou:${account}:${bucket}/${key}`,
    time: '2026-11-21T05:40:45.000Z',
    aliyunaccountid: account,
    aliyunpublishtime: '2026-11-21T05:40:45.682Z',
    aliyuneventbusname: 'default',
    aliyunregionid: 'cn-hangzhou',
    data: {
      region: 'cn-hangzhou',
      eventVersion: '1.0',
      eventName: 'ObjectCreated:PutObject',
      requestParameters: { sourceIPAddress: '127.0.0.1' },
      userIdentity: { principalId: account },
      responseElements: { requestId },
      oss: {
        ossSchemaVersion: '1.0',
        bucket: { name: bucket, arn: `acs:oss:cn-hangzhou:${account}:${bucket}`, ownerIdentity: account },
        object: { key, size: (index * 7919) % 1_000_000, eTag: requestId, objectMeta: { mimeType: 'image/jpeg' } },
      },
    },
  });
}

function ruleAt(index) {
  const object = [
    { key: [{ prefix: 'uploads/' }] },
    { key: [{ suffix: '.png' }] },
    { size: [{ numeric: ['>', 500_000] }] },
  ];
  return JSON.stringify({
    source: ['acs.oss'],
    type: ['oss:ObjectCreated:PutObject', 'oss:ObjectCreated:CompleteMultipartUpload'],
    data: {
      oss: { bucket: { name: [`photos-of-customer-${index % BUCKETS}`] }, object: object[index % object.length] },
    },
  });
}

/** Fetched once, beside the other downloads of this machine; undefined where there is no Java or no Maven. */
function eventRuler() {
  const lib = path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'localyun/event-ruler-2.0.1');
  const here = path.join(ROOT, 'test/bench/peers/event-ruler');
  if (spawnSync('java', ['-version']).status !== 0) return undefined;
  if (!existsSync(path.join(lib, 'event-ruler-2.0.1.jar'))) {
    mkdirSync(lib, { recursive: true });
    const args = [
      '-q',
      '-B',
      '-f',
      path.join(here, 'pom.xml'),
      'dependency:copy-dependencies',
      `-DoutputDirectory=${lib}`,
    ];
    if (spawnSync('mvn', args, { timeout: 300_000 }).status !== 0) return undefined;
  }
  return { classpath: path.join(lib, '*'), source: path.join(here, 'Matching.java') };
}
