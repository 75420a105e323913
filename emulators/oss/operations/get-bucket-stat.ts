/** How much lies in a bucket. */
import { type BucketStat, bucketStat, type ClassStat } from '../service/bucket-stat.ts';
import { bucketInput, operation, xmlReply } from './operation.ts';

export const GetBucketStat = operation({
  name: 'GetBucketStat',
  match: { method: 'GET', path: '/{bucket}', query: ['stat'] },
  ram: [{ action: 'oss:GetBucketStat' }],
  input: bucketInput,
  handle: ({ bucket }, { store }) => bucketStat(store, bucket),
  encode: (stat) => xmlReply('BucketStat', statXml(stat)),
});

/** UNVERIFIED OSS-059: parts of unfinished uploads are counted, their bytes are not. */
function statXml({ classes, uploads, parts, modifiedAtMs }: BucketStat): Record<string, number> {
  const all = Object.values(classes);
  return {
    Storage: all.reduce((sum, { realBytes }) => sum + realBytes, 0),
    ObjectCount: all.reduce((sum, { objects }) => sum + objects, 0),
    MultipartUploadCount: uploads,
    LiveChannelCount: 0,
    // UNVERIFIED OSS-187: the newest object's time; alibabacloud-oss-go-sdk-v2 1.5 tests expect 0 of an empty bucket.
    LastModifiedTime: Math.floor(modifiedAtMs / 1000),
    StandardStorage: classes.Standard.realBytes,
    StandardObjectCount: classes.Standard.objects,
    ...classXml('InfrequentAccess', classes.IA),
    ...classXml('Archive', classes.Archive),
    ...classXml('ColdArchive', classes.ColdArchive),
    ...classXml('DeepColdArchive', classes.DeepColdArchive),
    MultipartPartCount: parts,
    DeleteMarkerCount: 0,
  };
}

function classXml(name: string, { objects, realBytes, billedBytes }: ClassStat): Record<string, number> {
  return { [`${name}Storage`]: billedBytes, [`${name}RealStorage`]: realBytes, [`${name}ObjectCount`]: objects };
}
