/** A bucket kept in several zones instead of one: nothing has to be moved here, so that a transition is over when it is asked for. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { OssError } from '../errors.ts';
import { BUCKETS_MAX, LIST_PAGE_DEFAULT, LIST_PAGE_MAX } from '../limits.ts';
import { requireBucket } from '../service/buckets.ts';
import { documentOf, findDocument, putDocument, removeDocument } from '../service/documents.ts';
import { TRANSITION, type Transition, toZoneRedundancy } from '../service/redundancy-transition.ts';
import { countParameter, textParameter } from '../wire/listing-query.ts';
import { xmlTime } from '../wire/times.ts';
import { bucketInput, operation, xmlReply } from './operation.ts';

const ROOT = 'BucketDataRedundancyTransition';
const LIST = 'ListBucketDataRedundancyTransition';
const TARGET = 'x-oss-target-redundancy-type';
const TASK = 'x-oss-redundancy-transition-taskid';
const named = () => bucketInput.extend({ query: z.object({ [TASK]: z.string() }) });

const CreateBucketDataRedundancyTransition = operation({
  name: 'CreateBucketDataRedundancyTransition',
  match: { method: 'POST', path: '/{bucket}', query: ['redundancyTransition', TARGET] },
  ram: [{ action: 'oss:CreateBucketDataRedundancyTransition' }],
  input: () => bucketInput.extend({ query: z.object({ [TARGET]: z.string() }) }),
  async handle({ bucket, query }, { store }, { requestId, now }) {
    requireBucket(store, bucket);
    if (query[TARGET] !== 'ZRS')
      throw new OssError('InvalidArgument', { argumentName: TARGET, argumentValue: query[TARGET] });
    await toZoneRedundancy(store, bucket);
    const taskId = createHash('md5').update(`${requestId}:${bucket}`).digest('hex');
    await putDocument(store, TRANSITION, { bucket, document: { taskId, atMs: now.getTime() } });
    return taskId;
  },
  encode: (taskId) => xmlReply(ROOT, { TaskId: taskId }),
});

const GetBucketDataRedundancyTransition = operation({
  name: 'GetBucketDataRedundancyTransition',
  match: { method: 'GET', path: '/{bucket}', query: ['redundancyTransition', TASK] },
  ram: [{ action: 'oss:GetBucketDataRedundancyTransition' }],
  input: named,
  handle({ bucket, query }, { store }) {
    const transition = findDocument(store, TRANSITION, bucket);
    if (transition?.taskId !== query[TASK]) throw new OssError('NoSuchBucketDataRedundancyTransitionTask', { bucket });
    return transition;
  },
  encode: (transition, { bucket }) => xmlReply(ROOT, transitionXml(bucket, transition)),
});

const DeleteBucketDataRedundancyTransition = operation({
  name: 'DeleteBucketDataRedundancyTransition',
  match: { method: 'DELETE', path: '/{bucket}', query: ['redundancyTransition', TASK] },
  ram: [{ action: 'oss:DeleteBucketDataRedundancyTransition' }],
  input: named,
  handle({ bucket, query }, { store }) {
    if (findDocument(store, TRANSITION, bucket)?.taskId !== query[TASK])
      throw new OssError('NoSuchBucketDataRedundancyTransitionTask', { bucket });
    return removeDocument(store, TRANSITION, bucket);
  },
  encode: () => ({ status: 204 }),
});

const ListBucketDataRedundancyTransition = operation({
  name: 'ListBucketDataRedundancyTransition',
  match: { method: 'GET', path: '/{bucket}', query: ['redundancyTransition'] },
  ram: [{ action: 'oss:ListBucketDataRedundancyTransition' }],
  input: bucketInput,
  handle: ({ bucket }, { store }) => findDocument(store, TRANSITION, bucket),
  encode: (transition, { bucket }) =>
    xmlReply(LIST, {
      IsTruncated: false,
      NextContinuationToken: '',
      [ROOT]: transition ? [transitionXml(bucket, transition)] : [],
    }),
});

const ListUserDataRedundancyTransition = operation({
  name: 'ListUserDataRedundancyTransition',
  match: { method: 'GET', path: '/', query: ['redundancyTransition'] },
  ram: [{ action: 'oss:ListUserDataRedundancyTransition' }],
  input: () =>
    z.object({
      query: z.object({
        'continuation-token': textParameter,
        'max-keys': countParameter({ min: 1, max: LIST_PAGE_MAX, fallback: LIST_PAGE_DEFAULT }),
      }),
    }),
  handle({ query }, { store }) {
    const { buckets } = store.listBuckets({ prefix: '', marker: query['continuation-token'], limit: BUCKETS_MAX });
    const found = buckets.flatMap(({ name }) => {
      const transition = documentOf(store, TRANSITION, name);
      return transition ? [{ bucket: name, transition }] : [];
    });
    return { page: found.slice(0, query['max-keys']), isTruncated: found.length > query['max-keys'] };
  },
  encode: ({ page, isTruncated }) =>
    xmlReply(LIST, {
      IsTruncated: isTruncated,
      NextContinuationToken: isTruncated ? page.at(-1)?.bucket : '',
      [ROOT]: page.map(({ bucket, transition }) => transitionXml(bucket, transition)),
    }),
});

function transitionXml(bucket: string, { taskId, atMs }: Transition) {
  const time = xmlTime(atMs);
  return {
    Bucket: bucket,
    TaskId: taskId,
    Status: 'Finished',
    CreateTime: time,
    StartTime: time,
    EndTime: time,
    ProcessPercentage: 100,
    EstimatedRemainingTime: 0,
  };
}

export const redundancyTransition = [
  CreateBucketDataRedundancyTransition,
  GetBucketDataRedundancyTransition,
  ListBucketDataRedundancyTransition,
  DeleteBucketDataRedundancyTransition,
];
export const accountRedundancyTransition = [ListUserDataRedundancyTransition];
