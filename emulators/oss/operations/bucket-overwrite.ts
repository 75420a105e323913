/** Rules of a bucket that forbid overwriting, by the name of the object and by who writes. */
import { OVERWRITE, type OverwriteRules } from '../service/overwriting.ts';
import { overwriteRulesXml, readOverwriteRules } from '../wire/overwrite-xml.ts';
import { type BucketDocument, deleteRow, getRow, putRow } from './bucket-document.ts';

const document: BucketDocument<OverwriteRules> = {
  name: 'BucketOverwriteConfig',
  subresource: 'overwriteConfig',
  kind: OVERWRITE,
  root: 'OverwriteConfiguration',
  isYoung: true,
  read: readOverwriteRules,
  write: overwriteRulesXml,
};

export const bucketOverwrite = [putRow(document), getRow(document, 'NoSuchBucketOverwriteConfig'), deleteRow(document)];
