/** A real MinIO server as tests need one: in a folder of its own, on a port that stays its own while it is killed and started again. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { Client } from 'minio';
import { until } from './processes.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface MinioServer {
  endpoint: string;
  port: number;
  accessKey: string;
  secretKey: string;
  folder: string;
  /** The raw client: what anybody else sees there. */
  client: Client;
  pid(): number;
  start(): Promise<void>;
  /** At once, as a crash would. */
  kill(): Promise<void>;
  /** Takes away everything in it. */
  empty(): Promise<void>;
}

const KEYS = { accessKey: 'test-access-key', secretKey: 'test-secret-key' };
const READY_MS = 30_000;

/** The program that `LOCALYUN_TEST_MINIO` names, or `minio` on the path. */
export function minioProgram(): string | undefined {
  const { LOCALYUN_TEST_MINIO, PATH = '' } = process.env;
  if (LOCALYUN_TEST_MINIO) return LOCALYUN_TEST_MINIO;
  return PATH.split(delimiter)
    .map((folder) => join(folder, 'minio'))
    .find((path) => existsSync(path));
}

/** Runs until the process ends that started it, or `kill`. */
export async function startMinio({ folder = temporaryFolder() } = {}): Promise<MinioServer> {
  const program = minioProgram();
  if (!program || spawnSync(program, ['--version']).status !== 0)
    throw new Error('These tests need a MinIO server: `minio` on the PATH, or its path in LOCALYUN_TEST_MINIO.');
  const port = await freePort();
  const client = new Client({
    endPoint: '127.0.0.1',
    port,
    useSSL: false,
    ...KEYS,
    retryOptions: { disableRetry: true },
  });
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    const { accessKey, secretKey } = KEYS;
    const started = spawn(program ?? '', ['server', folder, '--address', `127.0.0.1:${port}`, '--quiet'], {
      env: {
        HOME: folder,
        PATH: process.env.PATH,
        MINIO_ROOT_USER: accessKey,
        MINIO_ROOT_PASSWORD: secretKey,
        MINIO_BROWSER: 'off',
        MINIO_CI_CD: '1',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child = started;
    const end = () => void started.kill('SIGKILL');
    process.once('exit', end);
    started.once('close', () => process.off('exit', end));
    await until(
      'MinIO answers',
      () =>
        client.listBuckets().then(
          () => true,
          () => false,
        ),
      READY_MS,
    );
  }

  async function kill(): Promise<void> {
    const ended = child;
    if (!ended || ended.exitCode !== null || ended.signalCode !== null) return;
    const closed = new Promise((resolve) => ended.once('close', resolve));
    ended.kill('SIGKILL');
    await closed;
  }

  async function empty(): Promise<void> {
    for (const { name: bucketName } of await client.listBuckets()) {
      // MinIO's own extension of S3: with all that is in it.
      const headers = { 'x-minio-force-delete': 'true' };
      await client.makeRequestAsyncOmit({ method: 'DELETE', bucketName, headers }, '', [204]);
    }
  }

  await start();
  return {
    endpoint: `http://127.0.0.1:${port}`,
    port,
    ...KEYS,
    folder,
    client,
    pid: () => child?.pid ?? 0,
    start,
    kill,
    empty,
  };
}

const idle: MinioServer[] = [];

/** An empty one; `giveBack` makes it empty again for the next who asks, which takes less time than another start. */
export async function borrowMinio(): Promise<{ minio: MinioServer; giveBack(): Promise<void> }> {
  const minio = idle.pop() ?? (await startMinio());
  return {
    minio,
    async giveBack() {
      await minio.empty();
      idle.push(minio);
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
