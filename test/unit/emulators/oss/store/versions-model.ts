/** What versioning means, in a few lines without a database, and random commands that hold a store against it. */
import fc from 'fast-check';
import { expect } from 'vitest';
import {
  isMarker,
  NULL_VERSION,
  type ObjectStore,
  type Versioning,
  type VersionPage,
} from '../../../../../emulators/oss/store/object-store.ts';
import { BUCKET, bodyOf, bytesOf, collect, draft, print, putPart, ref, startUpload } from './contract-tools.ts';

export type Command =
  | { do: 'set'; versioning: Versioning }
  | { do: 'put' | 'append' | 'complete'; key: string; sizeBytes: number; seed: number }
  | { do: 'remove'; key: string }
  | { do: 'removeVersion' | 'tag'; key: string; nth: number }
  | { do: 'copy'; key: string; nth: number; to: string };

interface Entry {
  versionId: string;
  isMarker: boolean;
  bytes: Buffer;
  tag: string;
  isAppendable: boolean;
}

export interface Model {
  versioning: Versioning | undefined;
  /** Newest first. */
  versions: Map<string, Entry[]>;
}

const KEYS = ['a', 'a/b', 'c'];
const key = fc.constantFrom(...KEYS);
const nth = fc.nat(2);
const body = { key, sizeBytes: fc.constantFrom(0, 9, 70_000), seed: fc.nat(1000) };

export const commands: fc.Arbitrary<Command[]> = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: fc.record({ do: fc.constant('set' as const), versioning: status() }) },
    { weight: 5, arbitrary: fc.record({ do: fc.constant('put' as const), ...body }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('append' as const, 'complete' as const), ...body }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('remove' as const), key }) },
    { weight: 5, arbitrary: fc.record({ do: fc.constantFrom('removeVersion' as const, 'tag' as const), key, nth }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('copy' as const), key, nth, to: key }) },
  ),
  { minLength: 20, maxLength: 60, size: 'max' },
);

function status(): fc.Arbitrary<Versioning> {
  return fc.constantFrom('Enabled', 'Suspended');
}

export const emptyModel = (): Model => ({ versioning: undefined, versions: new Map() });

export async function openBucket(store: ObjectStore, { versioning }: Model): Promise<void> {
  await store.putBucket({
    name: BUCKET,
    createdAtMs: 1,
    acl: 'private',
    storageClass: 'Standard',
    redundancy: 'LRS',
    versioning,
  });
}

/** Does the same to both, and looks whether they still agree. `atMs` never grows: the order must not hang on it. */
export async function obey(store: ObjectStore, model: Model, command: Command): Promise<void> {
  if (command.do === 'set') {
    model.versioning = command.versioning;
    await openBucket(store, model);
  } else await change(store, model, command);
  expectSame(store, model);
}

async function change(store: ObjectStore, model: Model, command: Exclude<Command, { do: 'set' }>): Promise<void> {
  const target = ref(command.key);
  const entries = model.versions.get(command.key) ?? [];
  switch (command.do) {
    case 'put': {
      const bytes = bytesOf(command.sizeBytes, command.seed);
      const record = await store.put(target, await store.stage(bodyOf(bytes)), draft());
      return add(model, command.key, { ...object(record.versionId), bytes });
    }
    case 'complete': {
      const bytes = bytesOf(command.sizeBytes, command.seed);
      const upload = await startUpload(store, command.key, 'U');
      await putPart(store, upload, 1, bytes);
      const record = await store.completeUpload(upload, [1], draft());
      return add(model, command.key, { ...object(record?.versionId), bytes });
    }
    case 'append': {
      const [current] = entries;
      if (current && !current.isAppendable) return;
      const bytes = bytesOf(command.sizeBytes, command.seed);
      const staged = await store.stage(bodyOf(bytes));
      const record = await store.append(target, staged, draft({ type: 'Appendable' }));
      if (current) current.bytes = Buffer.concat([current.bytes, bytes]);
      else add(model, command.key, { ...object(record.versionId), bytes, isAppendable: true });
      return;
    }
    case 'remove': {
      const [removal] = await store.remove([target]);
      if (!model.versioning) return void model.versions.delete(command.key);
      expect(removal?.did).toBe('marked');
      return add(model, command.key, { ...object(removal?.versionId), isMarker: true });
    }
    case 'removeVersion': {
      const entry = entries[command.nth];
      const versionId = entry?.versionId ?? 'CAEQnever';
      const [removal] = await store.remove([{ ...target, versionId }]);
      expect(removal?.did).toBe(entry ? (entry.isMarker ? 'marker' : 'object') : 'nothing');
      return void model.versions.set(
        command.key,
        entries.filter((other) => other !== entry),
      );
    }
    case 'tag': {
      const entry = entries[command.nth];
      const tag = `${command.key}-${command.nth}`;
      const wanted = { ...target, versionId: entry?.versionId ?? 'CAEQnever' };
      const record = await store.amend(wanted, () => ({ tags: [{ key: 'tag', value: tag }] }));
      expect(record?.versionId).toBe(entry?.isMarker || !model.versioning ? undefined : entry?.versionId);
      if (entry && !entry.isMarker) entry.tag = tag;
      return;
    }
    case 'copy': {
      const entry = entries[command.nth];
      const source = { ...target, versionId: entry?.versionId ?? 'CAEQnever' };
      const record = await store.copy(source, ref(command.to), (from) => from);
      expect(record === undefined).toBe(entry === undefined || entry.isMarker);
      if (record && entry) add(model, command.to, { ...entry, versionId: object(record.versionId).versionId });
    }
  }
}

function object(versionId: string | undefined): Entry {
  const nothing = Buffer.alloc(0);
  return { versionId: versionId ?? NULL_VERSION, isMarker: false, bytes: nothing, tag: '', isAppendable: false };
}

/** The whole of it: without versioning one version stays, and of those called null the last. */
function add(model: Model, name: string, entry: Entry): void {
  const older = model.versioning ? (model.versions.get(name) ?? []) : [];
  const isNull = entry.versionId === NULL_VERSION;
  if (!entry.isAppendable) expect(isNull).toBe(model.versioning !== 'Enabled');
  expect(older.map(({ versionId }) => versionId).includes(entry.versionId)).toBe(
    isNull && older.some(({ versionId }) => versionId === NULL_VERSION),
  );
  model.versions.set(name, [entry, ...older.filter(({ versionId }) => !isNull || versionId !== NULL_VERSION)]);
}

function expectSame(store: ObjectStore, model: Model): void {
  const everything = expected(model);
  for (const limit of [1, 2, 100]) expect(pages(store, limit)).toEqual(everything);
  const current = KEYS.filter((name) => model.versions.get(name)?.[0]?.isMarker === false);
  const listed = store.list({ bucket: BUCKET, prefix: '', delimiter: '', after: '', limit: 100 });
  expect(listed.objects.map((record) => record.key)).toEqual(current);
  for (const record of listed.objects) expect(store.head(ref(record.key))).toEqual(record);
}

function expected({ versions, versioning }: Model): unknown[] {
  return KEYS.flatMap((name) =>
    (versions.get(name) ?? []).map((entry, index) => ({
      key: name,
      versionId: versioning ? entry.versionId : undefined,
      isMarker: entry.isMarker,
      isLatest: index === 0,
      sizeBytes: entry.bytes.length,
      tag: entry.tag,
    })),
  );
}

function pages(store: ObjectStore, limit: number): unknown[] {
  const found: unknown[] = [];
  let next: VersionPage['next'] = { key: '', versionId: '' };
  while (next) {
    const query = { bucket: BUCKET, prefix: '', delimiter: '', after: next.key, afterVersionId: next.versionId, limit };
    const page: VersionPage = store.listVersions(query);
    for (const { version, isLatest } of page.versions) {
      const { key: name, versionId } = version;
      const shown = isMarker(version)
        ? { isMarker: true, sizeBytes: 0, tag: '' }
        : { isMarker: false, sizeBytes: version.sizeBytes, tag: version.tags?.[0]?.value ?? '' };
      found.push({ key: name, versionId, isLatest, ...shown });
    }
    expect(page.versions.length).toBeLessThanOrEqual(limit);
    next = page.next;
  }
  return found;
}

/** Every version is found by its id, with its bytes; a marker is none to read. */
export async function expectReadable(store: ObjectStore, { versions }: Model): Promise<void> {
  for (const [name, entries] of versions)
    for (const [index, { versionId, isMarker: hides, bytes }] of entries.entries()) {
      const named = { ...ref(name), versionId };
      expect(await collect(await store.read(named))).toBe(hides ? undefined : print(bytes));
      expect(store.head(named)?.noncurrentSinceMs === undefined).toBe(hides || index === 0);
      expect(store.findMarker(named)?.versionId).toBe(hides ? versionId : undefined);
    }
}
