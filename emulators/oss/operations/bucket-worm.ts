/** A bucket's retention policy: begun, given up within a day, or completed for good and then only made longer. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { BUCKET_CONFIGURATION_BYTES_MAX } from '../limits.ts';
import { abortWorm, completeWorm, extendWorm, initiateWorm, requireWorm } from '../service/bucket-worm.ts';
import { requireBucket } from '../service/buckets.ts';
import { readWormDays } from '../wire/object-lock-xml.ts';
import { xmlTime } from '../wire/times.ts';
import { readXmlBody } from '../wire/xml-body.ts';
import { bucketInput, bytesBody, operation, xmlReply } from './operation.ts';

const written = () => bucketInput.extend({ body: bytesBody });
const named = () => bucketInput.extend({ query: z.object({ wormId: z.string() }) });

const InitiateBucketWorm = operation({
  name: 'InitiateBucketWorm',
  match: { method: 'POST', path: '/{bucket}', query: ['worm'] },
  ram: [{ action: 'oss:InitiateBucketWorm' }],
  body: 'bytes',
  bodyBytesMax: BUCKET_CONFIGURATION_BYTES_MAX,
  input: written,
  async handle({ bucket, body }, { store }, { request: { headers }, requestId, now }) {
    requireBucket(store, bucket);
    const root = 'InitiateWormConfiguration';
    const days = readWormDays(readXmlBody({ bytes: body, headers, root }), root);
    const wormId = createHash('md5').update(`${requestId}:${bucket}`).digest('hex').toUpperCase();
    await initiateWorm(store, { bucket, wormId, nowMs: now.getTime(), days });
    return wormId;
  },
  encode: (wormId) => ({ status: 200, headers: { 'x-oss-worm-id': wormId } }),
});

const AbortBucketWorm = operation({
  name: 'AbortBucketWorm',
  match: { method: 'DELETE', path: '/{bucket}', query: ['worm'] },
  ram: [{ action: 'oss:AbortBucketWorm' }],
  input: bucketInput,
  handle: ({ bucket }, { store }, { now }) => abortWorm(store, { bucket, nowMs: now.getTime() }),
  encode: () => ({ status: 204 }),
});

const CompleteBucketWorm = operation({
  name: 'CompleteBucketWorm',
  match: { method: 'POST', path: '/{bucket}', query: ['wormId'] },
  ram: [{ action: 'oss:CompleteBucketWorm' }],
  input: named,
  handle: ({ bucket, query: { wormId } }, { store }, { now }) =>
    completeWorm(store, { bucket, wormId, nowMs: now.getTime() }),
  encode: () => ({ status: 200 }),
});

const ExtendBucketWorm = operation({
  name: 'ExtendBucketWorm',
  match: { method: 'POST', path: '/{bucket}', query: ['wormId', 'wormExtend'] },
  ram: [{ action: 'oss:ExtendBucketWorm' }],
  body: 'bytes',
  bodyBytesMax: BUCKET_CONFIGURATION_BYTES_MAX,
  input: () => named().extend({ body: bytesBody }),
  handle({ bucket, body, query: { wormId } }, { store }, { request: { headers }, now }) {
    requireBucket(store, bucket);
    const root = 'ExtendWormConfiguration';
    const days = readWormDays(readXmlBody({ bytes: body, headers, root }), root);
    return extendWorm(store, { bucket, wormId, nowMs: now.getTime(), days });
  },
  encode: () => ({ status: 200 }),
});

const GetBucketWorm = operation({
  name: 'GetBucketWorm',
  match: { method: 'GET', path: '/{bucket}', query: ['worm'] },
  ram: [{ action: 'oss:GetBucketWorm' }],
  input: bucketInput,
  handle: ({ bucket }, { store }, { now }) => requireWorm(store, bucket, now.getTime()),
  encode: ({ wormId, state, days, createdAtMs }) =>
    xmlReply('WormConfiguration', {
      WormId: wormId,
      State: state,
      RetentionPeriodInDays: days,
      CreationDate: xmlTime(createdAtMs),
    }),
});

export const bucketWorm = [InitiateBucketWorm, AbortBucketWorm, CompleteBucketWorm, ExtendBucketWorm, GetBucketWorm];
