/** A bucket as ListBuckets and GetBucketInfo show it. */
import type { BucketRecord } from '../store/object-store.ts';
import { xmlTime } from './times.ts';

export interface Whereabouts {
  region: string;
  /** Where this process can be reached: oss2 and ossutil connect again to what they read here. */
  endpoint: string;
}

/** All of these must be there: oss2 raises on a missing one. */
export function bucketXml({ name, createdAtMs, storageClass }: BucketRecord, { region, endpoint }: Whereabouts) {
  return {
    CreationDate: xmlTime(createdAtMs),
    ExtranetEndpoint: endpoint,
    // UNVERIFIED OSS-186: with its scheme, for the v2 SDKs take a bare host for https, and would not reach it.
    IntranetEndpoint: `http://${endpoint}`,
    Location: location(region),
    Name: name,
    Region: region,
    StorageClass: storageClass,
  };
}

export function location(region: string): string {
  return `oss-${region}`;
}
