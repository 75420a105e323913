/** A RAM room of its own on a throw-away database, with one role that the account and FC may take. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRam, type Ram, type RamConfig } from '../../emulators/ram/index.ts';
import { type ControlledClock, createClock } from '../../src/kernel/clock.ts';
import { openDatabase } from '../../src/kernel/database.ts';
import { createIds } from '../../src/kernel/ids.ts';
import { createLogger } from '../../src/kernel/logger.ts';
import { lineStream } from './line-stream.ts';

export const ACCOUNT = '1234567890123456';
export const KEY = { accessKeyId: 'LTAI5tTestAccessKeyId00', accessKeySecret: 'TestAccessKeySecret0000000000x' };
export const WORKER_ARN = `acs:ram::${ACCOUNT}:role/worker`;

const trust = (Principal: Record<string, string[]>) => ({
  Version: '1' as const,
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal }],
});

export const RAM_CONFIG: RamConfig = {
  accessKeys: [KEY],
  roles: [
    {
      name: 'worker',
      assumeRolePolicyDocument: trust({ Service: ['fc.aliyuncs.com'], RAM: [`acs:ram::${ACCOUNT}:root`] }),
      policies: ['read-photos'],
      maxSessionDuration: 7200,
    },
    {
      name: 'bystander',
      assumeRolePolicyDocument: trust({ Service: ['oss.aliyuncs.com'] }),
      policies: ['AliyunOSSReadOnlyAccess'],
      maxSessionDuration: 3600,
    },
  ],
  policies: [
    {
      name: 'read-photos',
      document: {
        Version: '1',
        Statement: [
          {
            Effect: 'Allow',
            Action: ['oss:GetObject', 'oss:ListObjects'],
            Resource: ['acs:oss:*:*:photos', 'acs:oss:*:*:photos/*'],
          },
          { Effect: 'Deny', Action: 'oss:*', Resource: 'acs:oss:*:*:photos/private/*' },
        ],
      },
    },
  ],
};

export interface RamRoom {
  ram: Ram;
  clock: ControlledClock;
  /** Lines that were logged, parsed. */
  logged: Record<string, unknown>[];
  /** Closes the database and opens the room on it anew. */
  restart(config?: RamConfig): Promise<RamRoom>;
  close(): Promise<void>;
}

export interface RamRoomOptions {
  config?: RamConfig;
  auth?: 'enforce' | 'log' | 'off';
  folder?: string;
  clock?: ControlledClock;
}

export async function openRamRoom({
  config = RAM_CONFIG,
  auth = 'enforce',
  folder = mkdtempSync(join(tmpdir(), 'localyun-ram-')),
  clock = createClock('virtual'),
}: RamRoomOptions = {}): Promise<RamRoom> {
  const logged: Record<string, unknown>[] = [];
  const out = lineStream((line) => logged.push(JSON.parse(line) as Record<string, unknown>));
  const database = openDatabase(join(folder, 'db'), { sync: false });
  const ram = await createRam({
    ...config,
    clock,
    ids: createIds(clock),
    logger: createLogger({ clock, out, level: 'debug', format: 'json' }),
    database,
    accountId: ACCOUNT,
    auth,
    onCall: () => {},
  });
  return {
    ram,
    clock,
    logged,
    async restart(next = config) {
      await database.close();
      return openRamRoom({ config: next, auth, folder, clock });
    },
    async close() {
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
