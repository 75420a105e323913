/** OSS alone on a port of the system's choice: the room over its store in a temporary folder (with LOCALYUN_TEST_STORE=minio, in a MinIO server), and who may call it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOss, type Oss, type OssNeeds, openStore } from '../../emulators/oss/index.ts';
import type { MinioSettings } from '../../emulators/oss/store/minio-remote.ts';
import { startServer } from '../../src/gateway/server.ts';
import { type ControlledClock, createClock } from '../../src/kernel/clock.ts';
import { openDatabase } from '../../src/kernel/database.ts';
import { createIds } from '../../src/kernel/ids.ts';
import { createLogger } from '../../src/kernel/logger.ts';
import { createOutbox } from '../../src/kernel/outbox.ts';
import type { CallRecord } from '../../src/kernel/pipeline.ts';
import { createSettled } from '../../src/kernel/settled.ts';
import type { AccessDecision, AccessQuestion } from '../../src/ports/access-decider.ts';
import type { Credential } from '../../src/ports/credential-source.ts';
import { FACTS, type ObjectChanged } from '../../src/ports/facts.ts';
import { lineStream } from './line-stream.ts';
import { borrowMinio } from './minio-server.ts';

export const ACCOUNT_ID = '1234567890123456';
const REGION = 'cn-beijing';

/** The account's own key. */
export const OWNER: Credential = {
  accessKeyId: 'LTAI5tTestOwnerKey',
  accessKeySecret: 'TestOwnerSecret',
  securityToken: undefined,
  expiresAtMs: undefined,
  principal: { type: 'account', accountId: ACCOUNT_ID },
};

/** A role session; what it may do is up to the test's `decide`. */
export function roleSession(overrides: Partial<Credential> = {}): Credential {
  const accessKeyId = overrides.accessKeyId ?? 'STS.TestRoleKey';
  return {
    accessKeyId,
    accessKeySecret: 'TestRoleSecret',
    securityToken: 'TestRoleToken',
    expiresAtMs: undefined,
    principal: {
      type: 'role',
      accountId: ACCOUNT_ID,
      roleName: 'image-processor',
      roleId: '300000000000000001',
      sessionName: 'session',
      arn: `acs:ram::${ACCOUNT_ID}:role/image-processor/session`,
      accessKeyId,
    },
    ...overrides,
  };
}

export interface OssServer {
  /** `127.0.0.1:PORT`. */
  endpoint: string;
  port: number;
  oss: Oss;
  clock: ControlledClock;
  credentials: Credential[];
  /** Every fact told so far, in order. */
  facts(): Promise<ObjectChanged[]>;
  calls: CallRecord[];
  /** Log lines as objects. */
  logs: Record<string, unknown>[];
  /** What was asked of the access port. */
  questions: AccessQuestion[];
  close(): Promise<void>;
}

export interface OssServerOptions {
  /** Keeps objects there, and gives a call to it up when nothing moves for so long. */
  minio?: MinioSettings & { limitMs: number };
  auth?: OssNeeds['auth'];
  credentials?: Credential[];
  callbackPublicKeyUrl?: string;
  decide?(question: AccessQuestion): AccessDecision;
}

export const NONE: AccessDecision = { effect: 'none', statement: undefined, reason: 'No statement allows it.' };

export async function startOssServer(options: OssServerOptions = {}): Promise<OssServer> {
  const folder = await mkdtemp(join(tmpdir(), 'localyun-oss-'));
  const clock = createClock();
  const ids = createIds(clock);
  const logs: Record<string, unknown>[] = [];
  const out = lineStream((line) => logs.push(JSON.parse(line)));
  const logger = createLogger({ clock, out, level: 'debug', format: 'json' });
  const settled = createSettled(clock);
  const database = openDatabase(join(folder, 'db'), { sync: false });
  const outbox = createOutbox({ database, logger, settled, clock });
  const told: ObjectChanged[] = [];
  outbox.listen({
    name: 'test',
    types: [FACTS.objectChanged],
    handle: (fact) => void told.push(fact.body as ObjectChanged),
  });

  const objects = { database, folder: join(folder, 'blobs'), sync: false, ids, logger, clock };
  const isElsewhere = process.env.LOCALYUN_TEST_STORE === 'minio' && !options.minio;
  const borrowed = isElsewhere ? await borrowMinio() : undefined;
  const minio = options.minio ?? borrowed?.minio;
  const limit = options.minio ? { limitMs: options.minio.limitMs } : {};
  const store = await openStore(minio ? { kind: 'minio', ...minio } : { kind: 'embedded' }, { ...objects, ...limit });
  const credentials = options.credentials ?? [OWNER, roleSession()];
  const questions: AccessQuestion[] = [];
  const calls: CallRecord[] = [];
  const oss = createOss({
    clock,
    ids,
    logger,
    outbox,
    settled,
    store,
    database,
    endpoint: () => server.endpoint,
    callbackPublicKeyUrl: options.callbackPublicKeyUrl,
    credentials: { find: (accessKeyId) => credentials.find((known) => known.accessKeyId === accessKeyId) },
    access: {
      decide(question) {
        questions.push(question);
        return options.decide?.(question) ?? NONE;
      },
    },
    region: REGION,
    accountId: ACCOUNT_ID,
    auth: options.auth ?? 'enforce',
    onCall: (record) => void calls.push(record),
  });
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    edge: oss.emulator.handle,
    console: (_request, response) => response.writeHead(404).end(),
    clock,
    logger,
  });

  return {
    endpoint: server.endpoint,
    port: server.port,
    oss,
    clock,
    credentials,
    calls,
    logs,
    questions,
    async facts() {
      const { settled: isSettled, busy } = await settled.wait(5000);
      if (!isSettled) throw new Error(`Still busy: ${busy.join(', ')}`);
      return told;
    },
    async close() {
      await server.close(0);
      await oss.close();
      await outbox.close();
      await database.close();
      await borrowed?.giveBack();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
