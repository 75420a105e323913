/** OSS's services over the real embedded store in a temporary folder, and the facts they told. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { openEmbeddedStore } from '../../emulators/oss/index.ts';
import type { Change, Origin } from '../../emulators/oss/service/facts.ts';
import { type PutObject, putObject } from '../../emulators/oss/service/put-object.ts';
import type { IncomingBody } from '../../emulators/oss/service/receive.ts';
import type { OssServices } from '../../emulators/oss/service/services.ts';
import type { ObjectDraft, ObjectRecord } from '../../emulators/oss/store/object-store.ts';
import { createClock } from '../../src/kernel/clock.ts';
import { openDatabase } from '../../src/kernel/database.ts';
import { createIds } from '../../src/kernel/ids.ts';
import { createLogger } from '../../src/kernel/logger.ts';
import { lineStream } from './line-stream.ts';

export interface TestServices {
  services: OssServices;
  /** What was told, with the names of the calls that did it. */
  told: (Change & { requestId: string })[];
  close(): Promise<void>;
}

export const ORIGIN: Origin = {
  requestId: 'REQUEST',
  sourceIp: '127.0.0.1',
  principal: { type: 'account', accountId: '1234567890123456' },
  atMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  told: 0,
};

export const DRAFT: ObjectDraft = {
  type: 'Normal',
  contentType: 'text/plain',
  headers: {},
  userMeta: {},
  storageClass: 'Standard',
  acl: 'default',
  modifiedAtMs: ORIGIN.atMs,
};

export async function startTestServices(): Promise<TestServices> {
  const folder = await mkdtemp(join(tmpdir(), 'localyun-oss-'));
  const clock = createClock();
  const ids = createIds(clock);
  const out = lineStream();
  const logger = createLogger({ clock, out, level: 'silent', format: 'json' });
  const database = openDatabase(join(folder, 'db'), { sync: false });
  const store = await openEmbeddedStore({ database, folder: join(folder, 'blobs'), sync: false, ids, logger });
  const told: TestServices['told'] = [];
  const services: OssServices = {
    store,
    tell: ({ requestId }, change) => void told.push({ ...change, requestId }),
    accountId: '1234567890123456',
    region: 'cn-beijing',
    authenticateForm: () => ({ principal: ORIGIN.principal, size: { min: 0, max: Number.POSITIVE_INFINITY } }),
    authorizeAs: () => {},
    restoreKept: () => {},
    sendCallback: async () => ({ ok: false, message: 'Nobody is called here.' }),
    newUploadId: () => ids.hex(16).toUpperCase(),
  };
  return {
    services,
    told,
    async close() {
      await store.close();
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function incoming(bytes: string | Uint8Array, overrides: Partial<IncomingBody> = {}): IncomingBody {
  const buffer = Buffer.from(bytes);
  return { bytes: Readable.from([buffer]), contentLength: buffer.length, contentMd5: undefined, ...overrides };
}

export function put(
  services: OssServices,
  key: string,
  bytes: string | Uint8Array,
  overrides: Partial<PutObject> = {},
): Promise<ObjectRecord> {
  const request = { bucket: 'my-bucket', key, draft: DRAFT, body: incoming(bytes), forbidOverwrite: false };
  return putObject(services, { ...request, ...overrides }, ORIGIN);
}
