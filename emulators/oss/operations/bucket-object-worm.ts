/** Whether the versions of a bucket's objects can be locked, and how new ones are by default. */
import { assertLockable, OBJECT_WORM, type ObjectWorm } from '../service/object-lock.ts';
import { objectWormXml, readObjectWorm } from '../wire/object-lock-xml.ts';
import { type BucketDocument, getRow, putRow } from './bucket-document.ts';

const document: BucketDocument<ObjectWorm> = {
  name: 'BucketObjectWormConfiguration',
  subresource: 'objectWorm',
  kind: OBJECT_WORM,
  root: 'ObjectWormConfiguration',
  isYoung: true,
  read: readObjectWorm,
  write: objectWormXml,
  check: assertLockable,
};

export const bucketObjectWorm = [putRow(document), getRow(document, 'NoSuchWORMConfiguration')];
