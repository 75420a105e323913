/** Reads an object, or only what is known of it: conditions first, then the range. */
import { OssError } from '../errors.ts';
import type { ByteRange, ObjectBody, ObjectRecord, ObjectRef, ObjectStore } from '../store/object-store.ts';
import { requireBucket } from './buckets.ts';
import { type Conditions, checkConditions } from './conditions.ts';
import { answerRange } from './range.ts';
import type { OssServices } from './services.ts';

export interface ReadObject extends ObjectRef {
  conditions: Conditions;
  range: string | undefined;
  isStandardRange: boolean;
}

export interface ReadAnswer {
  record: ObjectRecord;
  /** Undefined for the whole object. */
  range: ByteRange | undefined;
  bytes: ObjectBody['bytes'];
}

export async function getObject({ store }: OssServices, read: ReadObject): Promise<ReadAnswer> {
  const ref = { bucket: read.bucket, key: read.key };
  let range: ByteRange | undefined;
  let refusal: OssError | undefined;
  const body = await store.read(ref, (record) => {
    try {
      range = decide(record, read);
      return range;
    } catch (error) {
      // Thrown below: a store has no say in what a refusal is.
      if (!(error instanceof OssError)) throw error;
      refusal = error;
      return 'none';
    }
  });
  if (!body) throw missing(store, ref);
  if (refusal) throw refusal;
  return { record: body.record, range, bytes: body.bytes };
}

export function headObject({ store }: OssServices, { conditions, ...ref }: ObjectRef & { conditions: Conditions }) {
  const record = requireObject(store, ref);
  if (checkConditions(conditions, record) === 'unchanged') throw unchanged(record);
  return record;
}

export function requireObject(store: ObjectStore, ref: ObjectRef): ObjectRecord {
  const record = store.head(ref);
  if (!record) throw missing(store, ref);
  return record;
}

/** What a client that already has this version is told: 304, with the headers it compares. */
export function unchanged(record: ObjectRecord): OssError {
  return new OssError('NotModified', { record });
}

function decide(record: ObjectRecord, read: ReadObject): ByteRange | undefined {
  if (checkConditions(read.conditions, record) === 'unchanged') throw unchanged(record);
  assertReadable(record);
  const { range: header, isStandardRange: isStandard } = read;
  const answer = answerRange({ header, sizeBytes: record.sizeBytes, isStandard });
  if (answer === 'unsatisfiable') throw new OssError('InvalidRange');
  return answer === 'whole' ? undefined : answer;
}

/** Help page "Restore objects": archived bytes have to be restored first, which we don't serve yet. */
export function assertReadable({ storageClass, key }: ObjectRecord): void {
  if (storageClass !== 'Standard' && storageClass !== 'IA') throw new OssError('InvalidObjectState', { key });
}

function missing(store: ObjectStore, { bucket, key }: ObjectRef): OssError {
  requireBucket(store, bucket);
  return new OssError('NoSuchKey', { key });
}
