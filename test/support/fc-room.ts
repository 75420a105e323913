/** The FC room over a temporary database, real workers and fake ports: with a port of 0 when asked. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFc, type Fc, type FcNeeds } from '../../emulators/fc/index.ts';
import { type GatewayServer, startServer } from '../../src/gateway/server.ts';
import { type ClockMode, type ControlledClock, createClock } from '../../src/kernel/clock.ts';
import { type Database, openDatabase } from '../../src/kernel/database.ts';
import { createIds } from '../../src/kernel/ids.ts';
import { createLogger } from '../../src/kernel/logger.ts';
import { createOutbox, type Fact, type Outbox } from '../../src/kernel/outbox.ts';
import { createRandom } from '../../src/kernel/random.ts';
import { createSettled, type Settled } from '../../src/kernel/settled.ts';
import type { AccessQuestion } from '../../src/ports/access-decider.ts';
import type { Credential } from '../../src/ports/credential-source.ts';
import { FACTS } from '../../src/ports/facts.ts';
import type { AssumeRoleRequest } from '../../src/ports/role-assumer.ts';
import { builtBootstrap } from './build-bootstrap.ts';
import { writeCode } from './fc-pool.ts';
import { lineStream } from './line-stream.ts';

const ACCOUNT = '1234567890123456';
export const REGION = 'cn-beijing';
export const KEY = { accessKeyId: 'ak', accessKeySecret: 'sk' };

export interface FcRoom {
  fc: Fc;
  clock: ControlledClock;
  database: Database;
  outbox: Outbox;
  settled: Settled;
  /** Everything of the room lies under it; code goes to `code/`. */
  folder: string;
  /** Facts that the room told. */
  facts: Fact[];
  /** Roles that were assumed, and rights that were asked for. */
  assumed: AssumeRoleRequest[];
  asked: AccessQuestion[];
  /** Log lines of the room. */
  log: string[];
  writeCode(files: Record<string, string>): void;
  /** Writes s.yaml, one resource an entry: props over sensible ones; and deploys it. */
  deploy(functions: Record<string, Record<string, unknown>>): ReturnType<Fc['deploy']>;
  /** Waits until nothing is in flight, and fails naming what is after 10 s. */
  atRest(): Promise<void>;
  serve(): Promise<GatewayServer>;
  close(): Promise<void>;
}

export interface FcRoomOptions extends Partial<FcNeeds> {
  clockMode?: ClockMode;
  /** Flushes to the disk, as a stack with a data folder does. */
  sync?: boolean;
  /** Takes up the state of a room that was closed. */
  keptFolder?: string;
}

export async function openFcRoom({
  clockMode = 'real',
  keptFolder,
  sync = false,
  ...overrides
}: FcRoomOptions = {}): Promise<FcRoom> {
  const folder = keptFolder ?? mkdtempSync(join(tmpdir(), 'localyun-fc-room-'));
  const log: string[] = [];
  const out = lineStream((line) => log.push(line));
  const clock = createClock(clockMode);
  const logger = createLogger({ clock, out, level: 'warn', format: 'json' });
  const settled = createSettled(clock);
  const database = openDatabase(join(folder, 'db'), { sync });
  const outbox = createOutbox({ database, logger, settled, clock });
  const facts: Fact[] = [];
  outbox.listen({ name: 'test', types: Object.values(FACTS), handle: (fact) => void facts.push(fact) });
  const assumed: AssumeRoleRequest[] = [];
  const asked: AccessQuestion[] = [];
  let server: GatewayServer | undefined;

  const fc = createFc({
    ...{ clock, logger, settled, database, outbox },
    ids: createIds(clock),
    random: createRandom(1),
    credentials: { find: (accessKeyId) => credentialOf(accessKeyId, clock) },
    access: {
      decide(question) {
        asked.push(question);
        return { effect: 'allow', statement: undefined, reason: 'the account may do everything' };
      },
    },
    roles: {
      refusal: ({ roleArn }) => (roleArn.endsWith('/missing') ? 'There is no such role.' : undefined),
      async assumeRole(request) {
        assumed.push(request);
        if (request.roleArn.endsWith('/missing'))
          return { ok: false, code: 'EntityNotExist.Role', reason: 'There is no such role.' };
        const expiresAtMs = clock.nowMs() + request.durationSeconds * 1000;
        return {
          ok: true,
          credentials: {
            accessKeyId: `STS.${assumed.length}`,
            accessKeySecret: 'secret',
            securityToken: 'token',
            expiresAtMs,
          },
        };
      },
    },
    region: REGION,
    accountId: ACCOUNT,
    temporaryRoot: join(folder, 'instances'),
    auth: 'enforce',
    coldStart: { mode: 'off', distribution: {} },
    limits: { instancesPerFunction: 10, idleReclaimMs: 300_000 },
    retryTimeScale: 0.01,
    watch: false,
    validateFilterPattern: () => ({ ok: true, warnings: [] }),
    endpoint: () => `http://${server?.endpoint ?? '127.0.0.1:0'}`,
    onCall: () => undefined,
    bootstrapPath: await builtBootstrap(),
    ...overrides,
  });

  return {
    ...{ fc, clock, database, outbox, settled, folder, facts, assumed, asked, log },
    writeCode: (files) => writeCode(join(folder, 'code'), files),
    deploy(functions) {
      const [path, text] = [join(folder, 's.yaml'), templateOf(functions)];
      writeFileSync(path, text);
      return fc.deploy([{ path, text, folder }], () => undefined);
    },
    async atRest() {
      const answer = await settled.wait(10_000);
      if (!answer.settled) throw new Error(`still in flight: ${answer.busy.join('; ')}`);
    },
    async serve() {
      const console = () => undefined;
      server = await startServer({ host: '127.0.0.1', port: 0, edge: fc.emulator.handle, console, clock, logger });
      return server;
    },
    async close() {
      await server?.close(0);
      await fc.close();
      await outbox.close();
      await database.close();
      if (keptFolder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** JSON is YAML. */
export function templateOf(functions: Record<string, Record<string, unknown>>): string {
  const resources = Object.entries(functions).map(([functionName, props]) => [
    functionName,
    {
      component: 'fc3',
      props: {
        region: REGION,
        functionName,
        runtime: 'nodejs20',
        handler: 'index.handler',
        code: './code',
        timeout: 5,
        ...props,
      },
    },
  ]);
  return JSON.stringify({ edition: '3.0.0', name: 'test', resources: Object.fromEntries(resources) }, undefined, 2);
}

function credentialOf(accessKeyId: string, clock: ControlledClock): Credential | undefined {
  const principal = { type: 'account', accountId: ACCOUNT } as const;
  if (accessKeyId === KEY.accessKeyId) return { ...KEY, securityToken: undefined, expiresAtMs: undefined, principal };
  if (accessKeyId === 'STS.fresh')
    return { accessKeyId, accessKeySecret: 'sk', securityToken: 'tok', expiresAtMs: clock.nowMs() + 1000, principal };
  if (accessKeyId === 'STS.old')
    return { accessKeyId, accessKeySecret: 'sk', securityToken: 'tok', expiresAtMs: 0, principal };
  return undefined;
}
