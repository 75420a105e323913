/** Datasets of buckets and data pipelines: none can be made here, and what asks for one is told so in the service's words. */
import { z } from 'zod';
import { OssError } from '../errors.ts';
import { requireBucket } from '../service/buckets.ts';
import { bucketInput, operation, xmlReply } from './operation.ts';

const DATASET_EC = '0037-00000001';

/** alibabacloud-oss-go-sdk-v2 1.5 tests: so is every action refused on a bucket without datasets. */
export const DoMetaQueryAction = operation({
  name: 'DoMetaQueryAction',
  match: { method: 'POST', path: '/{bucket}', query: ['metaQuery'] },
  ram: [{ action: 'oss:DoMetaQueryAction' }],
  input: bucketInput,
  handle({ bucket }, { store }): never {
    requireBucket(store, bucket);
    throw new OssError('OperationNotSupported', { bucket, ec: DATASET_EC });
  },
  encode: () => ({ status: 200 }),
});

/** UNVERIFIED OSS-206: the answer that lists none; the tests of the SDKs look at its status only. */
export const DoDataPipelineAction = operation({
  name: 'DoDataPipelineAction',
  match: { method: 'POST', path: '/', query: ['dataPipeline'] },
  ram: [{ action: 'oss:DoDataPipelineAction' }],
  input: () => z.object({ query: z.object({ action: z.string() }) }),
  handle({ query: { action } }, _services, { request }) {
    if (action === 'listDataPipelineConfigurations') return;
    if (Number(request.headers['content-length'] ?? 0) > 0)
      throw new OssError('NotImplemented', { message: `The action ${action} of data pipelines is not served yet.` });
    throw new OssError('NoSuchDataPipeline');
  },
  encode: () => xmlReply('ListDataPipelineConfigurationsResult', ''),
});
