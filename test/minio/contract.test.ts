/** The store on a real MinIO server keeps the contract of every object store. */
import { afterAll, beforeAll } from 'vitest';
import { type MinioServer, startMinio } from '../support/minio-server.ts';
import { openTestMinioStore } from '../support/minio-store.ts';
import { BUCKET } from '../unit/emulators/oss/store/contract-tools.ts';
import { describeObjectStore } from '../unit/emulators/oss/store/object-store.contract.ts';

/** Beside which the contract's bucket must be the only one seen. */
const OTHERS = ['b-bucket', 'a-bucke', `${BUCKET}s`, `${BUCKET}2`];

let minio: MinioServer;
beforeAll(async () => {
  minio = await startMinio();
});
afterAll(() => minio.kill());

/** Each of its commands is a few calls over the network. */
const MODEL_RUNS = 15;

const open = async () => {
  await minio.empty();
  // The contract writes objects without having made their bucket, which no service does.
  for (const name of [BUCKET, ...OTHERS]) {
    await minio.client.makeBucket(name);
    await minio.client.setBucketVersioning(name, { Status: 'Enabled' });
  }
  return (await openTestMinioStore(minio)).store;
};

describeObjectStore('minio', open, { modelRuns: MODEL_RUNS });
