/** Put, read and delete a bucket's lifecycle rules. */
import { LIFECYCLE_BODY_BYTES_MAX } from '../limits.ts';
import { assertTracked } from '../service/access-time.ts';
import { LIFECYCLE, type LifecycleDocument } from '../service/lifecycle.ts';
import { lifecycleXml, readLifecycle } from '../wire/lifecycle-xml.ts';
import { type BucketDocument, deleteRow, getRow, putRow } from './bucket-document.ts';

const document: BucketDocument<LifecycleDocument> = {
  name: 'BucketLifecycle',
  subresource: 'lifecycle',
  kind: LIFECYCLE,
  root: 'LifecycleConfiguration',
  read: readLifecycle,
  write: lifecycleXml,
  check: assertTracked,
  bodyBytesMax: LIFECYCLE_BODY_BYTES_MAX,
};

export const bucketLifecycle = [putRow(document), getRow(document, 'NoSuchLifecycle'), deleteRow(document)];
