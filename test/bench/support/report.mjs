// Turns rows into the page docs/benchmarks.md and into lines for the terminal.
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import path from 'node:path';
import { temporaryFolder } from './processes.mjs';
import { percentile, rounded } from './statistics.mjs';

const SYNCS = 200;

/** 'met', 'missed', or '' where a row has no goal. */
function verdict({ goal, ours, floor, peer }) {
  if (!goal) return '';
  const { min = -Infinity, max = Infinity, ratioMax = Infinity, floorMin = -Infinity, peerMin = 0 } = goal;
  const isMet =
    ours >= min &&
    ours <= max &&
    (floor === undefined || (ours / floor.value <= ratioMax && ours / floor.value >= floorMin)) &&
    (peer === undefined || ours / peer.value >= peerMin);
  return isMet ? 'met' : 'missed';
}

/** To be asked before the run: what else the machine was doing then belongs to the numbers. */
export function machine() {
  const [{ model }] = cpus();
  const memoryGiB = Math.round(totalmem() / 2 ** 30);
  const load = loadavg()[0].toFixed(1);
  return `${cpus().length} cores (${model.trim()}), ${memoryGiB} GiB, Node ${process.versions.node}, ${process.platform}; load before the run ${load}. ${diskLine()}`;
}

/** What the machine's disk asks for keeping a promise: every synced row pays it at least once. */
function diskLine() {
  const descriptor = openSync(path.join(temporaryFolder(), 'sync'), 'w');
  const block = Buffer.alloc(4096, 'x');
  const elapsedMs = [];
  for (let index = 0; index < SYNCS; index++) {
    const started = performance.now();
    writeSync(descriptor, block);
    fdatasyncSync(descriptor);
    elapsedMs.push(performance.now() - started);
  }
  closeSync(descriptor);
  return `Writing 4 KiB and syncing them takes ${rounded(percentile(elapsedMs, 0.5))} ms here (p99 ${rounded(percentile(elapsedMs, 0.99))} ms).`;
}

export function terminalLine(row) {
  const cells = [ours(row), beside(row.floor, row), peers(row), ratio(row), goalText(row)];
  return `${row.what.padEnd(58)} ${cells.filter((cell) => cell !== '').join(' · ')}`;
}

export function page(groups, machineLine) {
  return `# Benchmarks

Written by \`npm run bench\`; don't edit. Floor, peer and ours are measured in one run, interleaved, so that a busy machine is
busy for all. Values are medians unless the row says otherwise.

Machine: ${machineLine}

${groups.map(section).join('\n\n')}
`;
}

function section({ title, rows }) {
  const hasPeer = rows.some(({ peer }) => peer);
  const head = ['what', 'floor', ...(hasPeer ? ['peer'] : []), 'ours', 'ours / floor', 'goal'];
  const body = rows.map((row) => [
    row.what,
    beside(row.floor, row),
    ...(hasPeer ? [peers(row)] : []),
    ours(row),
    ratio(row),
    goalText(row),
  ]);
  const table = [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const how = rows.filter((row) => row.how).map((row) => `- **${row.what}**: ${row.how}`);
  return `## ${title}\n\n${table}\n\n${how.join('\n')}`;
}

function beside(other, { unit }) {
  return other ? `${other.name}: ${rounded(other.value)} ${unit}` : '';
}

/** With how many times theirs ours is, where more is better. */
function peers(row) {
  return [row.peer, row.otherPeer]
    .filter((peer) => peer)
    .map((peer) => `${beside(peer, row)}${row.isMoreBetter ? ` (ours ${(row.ours / peer.value).toFixed(1)} ×)` : ''}`)
    .join('; ');
}

function ours(row) {
  return `**${rounded(row.ours)} ${row.unit}**${row.note ? ` (${row.note})` : ''}`;
}

function ratio({ floor, ours: value, withoutRatio }) {
  return floor && !withoutRatio ? `${(value / floor.value).toFixed(2)} ×` : '';
}

function goalText(row) {
  return row.goal ? `${row.goal.text}: ${verdict(row)}` : '';
}
