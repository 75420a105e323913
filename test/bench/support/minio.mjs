// A MinIO server as a peer, where there is one: the program that LOCALYUN_TEST_MINIO names, or `minio` on the path.
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { Client } from 'minio';
import { startProgram, temporaryFolder } from './processes.mjs';

export const NO_MINIO = 'no MinIO was on the path';
const READY_MS = 20_000;
const KEYS = { accessKey: 'bench-access-key', secretKey: 'bench-secret-key' };
/** Anybody may write to and read from the bucket `bench`, so that no side's signatures are measured against the other's. */
const POLICY = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: ['*'] },
      Action: ['s3:GetObject', 's3:PutObject'],
      Resource: ['arn:aws:s3:::bench/*'],
    },
  ],
};

/** Undefined where there is no such program. */
export async function startMinio() {
  const program = minioProgram();
  if (!program) return undefined;
  const port = await freePort();
  const folder = temporaryFolder();
  const env = { MINIO_ROOT_USER: KEYS.accessKey, MINIO_ROOT_PASSWORD: KEYS.secretKey, MINIO_BROWSER: 'off' };
  const server = startProgram(program, ['server', folder, '--address', `127.0.0.1:${port}`, '--quiet'], {
    ...env,
    HOME: folder,
    MINIO_CI_CD: '1',
  });
  const retryOptions = { disableRetry: true };
  const client = new Client({ endPoint: '127.0.0.1', port, useSSL: false, ...KEYS, retryOptions });
  await ready(client);
  await client.makeBucket('bench');
  await client.setBucketPolicy('bench', JSON.stringify(POLICY));
  return { ...server, endpoint: `http://127.0.0.1:${port}` };
}

function minioProgram() {
  const { LOCALYUN_TEST_MINIO, PATH = '' } = process.env;
  if (LOCALYUN_TEST_MINIO) return LOCALYUN_TEST_MINIO;
  return PATH.split(path.delimiter)
    .map((folder) => path.join(folder, 'minio'))
    .find((file) => existsSync(file));
}

async function ready(client) {
  for (const until = performance.now() + READY_MS; ; ) {
    try {
      return await client.listBuckets();
    } catch (error) {
      if (performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
