/** Versions and delete markers made and removed under load; and what of them must be there after a kill. */
import type OSS from 'ali-oss';
import type { Random } from '../../src/kernel/random.ts';
import { type Ledger, markOf, removalOf, type VersionedState } from './ledger.ts';
import { isRefusal, readVersion, requestIdOf } from './load.ts';
import { flaw, versionOf } from './versions.ts';

/** More of one key than this are thinned out. */
const VERSIONS_MAX = 6;

type Draw = Pick<Random, 'between'>;

/** One change, drawn. False once the server is gone. */
export async function changeVersions(client: OSS, state: VersionedState, ledger: Ledger, draw: Draw): Promise<boolean> {
  const { versions } = state;
  const chance = draw.between(0, 9);
  try {
    if (versions.length > VERSIONS_MAX || (chance >= 8 && versions.length > 0))
      await removeVersion(client, state, ledger, draw.between(0, versions.length - 1));
    else if (chance === 7) await mark(client, state);
    else await putVersion(client, state, ledger);
    return true;
  } catch (error) {
    if (isRefusal(error)) ledger.flaws.push(`${state.key} was refused a change: ${error.status} ${error.code}`);
    return false;
  }
}

async function putVersion(client: OSS, state: VersionedState, ledger: Ledger): Promise<void> {
  const number = ++state.begun;
  const version = versionOf(state.key, number);
  if (!version) throw new Error('Every number but 0 is a version.');
  ledger.begun.add(markOf(version));
  state.doubtful = { number };
  const done = await client.put(state.key, version.bytes, { meta: { version: String(number) } as never });
  state.versions.push({ versionId: versionIdOf(done), number });
  state.doubtful = undefined;
  ledger.acknowledgedEvents.set(requestIdOf(done), markOf(version));
}

async function mark(client: OSS, state: VersionedState): Promise<void> {
  state.doubtful = { number: undefined };
  const done = await client.delete(state.key);
  state.versions.push({ versionId: versionIdOf(done), number: undefined });
  state.doubtful = undefined;
}

async function removeVersion(client: OSS, state: VersionedState, ledger: Ledger, at: number): Promise<void> {
  const chosen = state.versions[at];
  if (!chosen) return;
  const version = chosen.number === undefined ? undefined : versionOf(state.key, chosen.number);
  if (version) ledger.begun.add(removalOf(version));
  state.doubtfulRemoval = chosen.versionId;
  const done = await client.delete(state.key, { versionId: chosen.versionId } as never);
  state.versions = state.versions.filter((other) => other !== chosen);
  state.doubtfulRemoval = undefined;
  if (version) ledger.acknowledgedEvents.set(requestIdOf(done), removalOf(version));
}

function versionIdOf({ res }: { res: object }): string {
  return (res as { headers: Record<string, string> }).headers['x-oss-version-id'] ?? '';
}

interface Listed {
  key: string;
  versionId: string;
  isMarker: boolean;
  /** Of markers the SDK does not say it. */
  isLatest: boolean;
}

/** After a restart: the listing has what was acknowledged, in its order, and what is read of it is whole. */
export async function expectVersions(client: OSS, ledger: Ledger, isHeard: (mark: string) => boolean): Promise<void> {
  const listed = await listVersions(client);
  for (const state of ledger.versioned) {
    const own = listed.filter(({ key }) => key === state.key);
    settleDoubts(state, own, ledger);
    const known = state.versions.map(({ versionId }) => versionId);
    const found = new Set(own.map(({ versionId }) => versionId));
    for (const id of known) if (!found.has(id)) ledger.flaws.push(`${state.key} has lost the version ${id}`);
    for (const id of found) if (!known.includes(id)) ledger.flaws.push(`${state.key} has ${id}, which nobody made`);
    const newest = state.versions.at(-1);
    const latest = own.find(({ isLatest }) => isLatest)?.versionId;
    if (latest !== (newest?.number === undefined ? undefined : newest.versionId))
      ledger.flaws.push(`${state.key}: the latest object is ${latest}`);
    await Promise.all(state.versions.map((version) => expectWhole(client, state.key, version, ledger, isHeard)));
  }
}

/** What was begun without an answer has happened or not; the listing says which. */
function settleDoubts(state: VersionedState, own: readonly Listed[], ledger: Ledger): void {
  const known = new Set(state.versions.map(({ versionId }) => versionId));
  const [fresh] = own.filter(({ versionId }) => !known.has(versionId));
  if (fresh && state.doubtful) {
    if (fresh.isMarker !== (state.doubtful.number === undefined))
      ledger.flaws.push(`${state.key}: ${fresh.versionId} is not what was begun`);
    state.versions.push({ versionId: fresh.versionId, number: state.doubtful.number });
  }
  const { doubtfulRemoval } = state;
  if (doubtfulRemoval !== undefined && !own.some(({ versionId }) => versionId === doubtfulRemoval))
    state.versions = state.versions.filter(({ versionId }) => versionId !== doubtfulRemoval);
  state.doubtful = undefined;
  state.doubtfulRemoval = undefined;
}

async function expectWhole(
  client: OSS,
  key: string,
  { versionId, number }: VersionedState['versions'][number],
  ledger: Ledger,
  isHeard: (mark: string) => boolean,
): Promise<void> {
  if (number === undefined) return;
  const version = versionOf(key, number);
  const read = await readVersion(client, key, versionId);
  const problem = read ? flaw(version, read) : `${key} version ${versionId} is listed and not there`;
  if (problem) ledger.flaws.push(`after a restart: ${problem}`);
  if (version && !isHeard(markOf(version))) ledger.flaws.push(`no event told of ${key} version ${number}`);
}

/** Few enough for one page. */
async function listVersions(client: OSS): Promise<Listed[]> {
  const lister = client as OSS & { getBucketVersions(query: object): Promise<VersionPage> };
  const { objects, deleteMarker } = await lister.getBucketVersions({ 'max-keys': 1000 });
  return [
    ...objects.map(({ name: key, versionId, isLatest }) => ({ key, versionId, isMarker: false, isLatest })),
    ...deleteMarker.map(({ name: key, versionId }) => ({ key, versionId, isMarker: true, isLatest: false })),
  ];
}

/** Its types have no word of it. */
interface VersionPage {
  objects: { name: string; versionId: string; isLatest: boolean }[];
  deleteMarker: { name: string; versionId: string }[];
}
