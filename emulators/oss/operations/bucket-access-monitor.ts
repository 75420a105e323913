/** Keeps track of the last reads of a bucket's objects, or no longer. */
import { BUCKET_CONFIGURATION_BYTES_MAX } from '../limits.ts';
import { ACCESS_MONITOR, putAccessMonitor } from '../service/access-time.ts';
import { findDocument } from '../service/documents.ts';
import { accessMonitor } from '../wire/feature-shapes.ts';
import { readXmlBody } from '../wire/xml-body.ts';
import { getRowOr } from './bucket-document.ts';
import { bucketInput, bytesBody, operation } from './operation.ts';

const ROOT = 'AccessMonitorConfiguration';

export const bucketAccessMonitor = [
  operation({
    name: 'PutBucketAccessMonitor',
    match: { method: 'PUT', path: '/{bucket}', query: ['accessmonitor'] },
    ram: [{ action: 'oss:PutBucketAccessMonitor' }],
    body: 'bytes',
    bodyBytesMax: BUCKET_CONFIGURATION_BYTES_MAX,
    input: () => bucketInput.extend({ body: bytesBody }),
    handle: ({ bucket, body }, { store }, { request: { headers }, now }) => {
      // The bucket first: clients tell a missing bucket from a bad document.
      findDocument(store, ACCESS_MONITOR, bucket);
      const { Status } = accessMonitor.read(readXmlBody({ bytes: body, headers, root: ROOT }), ROOT);
      return putAccessMonitor(store, {
        bucket,
        status: Status === 'Enabled' ? Status : 'Disabled',
        nowMs: now.getTime(),
      });
    },
    encode: () => ({ status: 200 }),
  }),
  getRowOr(
    {
      name: 'BucketAccessMonitor',
      subresource: 'accessmonitor',
      kind: ACCESS_MONITOR,
      root: ROOT,
      write: ({ Status }) => ({ Status }),
    },
    { Status: 'Disabled' },
  ),
];
