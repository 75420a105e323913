/** The vendor's own ali-oss against an OSS server of ours: every signature version on every form of endpoint. */
import { Agent } from 'node:http';
import type { LookupFunction } from 'node:net';
import OSS from 'ali-oss';
import { type OssServer, OWNER } from './oss-server.ts';

export interface Answer {
  status: number;
  res: { status: number; headers: Record<string, string> };
}

export interface AliOssObject {
  name: string;
  etag: string;
  type: string;
  size: number;
  storageClass: string;
  lastModified: string;
  owner: { id: string; displayName: string } | null;
}

export interface AliOssListing extends Answer {
  objects: AliOssObject[];
  prefixes: string[] | null;
  isTruncated: boolean;
  nextMarker: string | null;
  keyCount: number;
  nextContinuationToken: string | null;
}

type Options = Record<string, unknown>;

/** What ali-oss 6.23 really takes and gives: its published types differ in places. */
export interface AliOss {
  useBucket(name: string): void;
  listBuckets(query?: Options): Promise<{
    buckets: { name: string; region: string; creationDate: string; storageClass: string }[] | null;
    owner: { id: string };
    isTruncated: boolean;
    nextMarker: string | null;
  }>;
  putBucket(name: string, options?: Options): Promise<{ bucket: string | null } & Answer>;
  deleteBucket(name: string): Promise<Answer>;
  getBucketInfo(name: string): Promise<{ bucket: Record<string, string> & { Owner: { ID: string } } }>;
  putBucketVersioning(name: string, status: string): Promise<Answer>;
  getBucketVersioning(name: string): Promise<Answer & { versionStatus: string | undefined }>;
  getBucketVersions(query?: Options): Promise<{
    objects: { name: string; isLatest: boolean; versionId: string; size: number }[];
    deleteMarker: { name: string; versionId: string }[];
    isTruncated: boolean;
    nextKeyMarker: string | null;
    nextVersionIdMarker: string | null;
  }>;
  getBucketStat(name: string): Promise<{ stat: Record<string, string> }>;
  getBucketLocation(name: string): Promise<{ location: string }>;
  getBucketACL(name: string): Promise<{ acl: string }>;
  putBucketACL(name: string, acl: string): Promise<{ bucket: string | null }>;
  putBucketCORS(name: string, rules: Options[]): Promise<Answer>;
  getBucketCORS(name: string): Promise<{ rules: Options[] }>;
  deleteBucketCORS(name: string): Promise<Answer>;
  putBucketLifecycle(name: string, rules: Options[]): Promise<Answer>;
  getBucketLifecycle(name: string): Promise<{ rules: Options[] }>;
  deleteBucketLifecycle(name: string): Promise<Answer>;
  putBucketPolicy(name: string, policy: object): Promise<Answer>;
  getBucketPolicy(name: string): Promise<{ policy: object | null; status: number }>;
  deleteBucketPolicy(name: string): Promise<Answer>;
  putBucketEncryption(name: string, options: Options): Promise<Answer>;
  getBucketEncryption(name: string): Promise<{ encryption: Record<string, string> }>;
  deleteBucketEncryption(name: string): Promise<Answer>;
  putBucketWebsite(name: string, config: Options): Promise<Pick<Answer, 'res'>>;
  getBucketWebsite(name: string): Promise<Options>;
  deleteBucketWebsite(name: string): Promise<Pick<Answer, 'res'>>;
  putBucketInventory(name: string, inventory: Options): Promise<Answer>;
  getBucketInventory(name: string, id: string): Promise<{ inventory: Options }>;
  listBucketInventory(
    name: string,
    options?: Options,
  ): Promise<{ inventoryList: Options[]; isTruncated: boolean; nextContinuationToken: string | undefined }>;
  deleteBucketInventory(name: string, id: string): Promise<Answer>;
  list(query: Options | null, options?: Options): Promise<AliOssListing>;
  listV2(query: Options, options?: Options): Promise<AliOssListing>;
  put(name: string, body: unknown, options?: Options): Promise<Answer & { name: string }>;
  putStream(name: string, body: unknown, options?: Options): Promise<Answer>;
  get(name: string, options?: Options): Promise<Answer & { content: Buffer }>;
  getStream(name: string, options?: Options): Promise<Answer & { stream: NodeJS.ReadableStream }>;
  head(name: string, options?: Options): Promise<Answer & { meta: Record<string, string> | null }>;
  getObjectMeta(name: string): Promise<Answer>;
  copy(
    name: string,
    source: string,
    bucketOrOptions?: string | Options,
    options?: Options,
  ): Promise<Answer & { data: { etag: string } }>;
  putMeta(name: string, meta: Options): Promise<Answer>;
  delete(name: string, options?: Options): Promise<Answer>;
  deleteMulti(
    names: (string | Options)[],
    options?: Options,
  ): Promise<{ deleted: { Key: string; DeleteMarkerVersionId?: string }[] } & Answer>;
  append(name: string, body: unknown, options?: Options): Promise<Answer & { nextAppendPosition: string }>;
  putSymlink(name: string, target: string, options?: Options): Promise<Answer>;
  getSymlink(name: string, options?: Options): Promise<{ targetName: string } & Answer>;
  putACL(name: string, acl: string): Promise<Answer>;
  getACL(name: string): Promise<{ acl: string; owner: { id: string } } & Answer>;
  putObjectTagging(name: string, tag: Record<string, string>): Promise<Answer>;
  getObjectTagging(name: string): Promise<{ tag: Record<string, string> } & Answer>;
  deleteObjectTagging(name: string): Promise<Answer>;
  restore(name: string, options?: Options): Promise<Answer>;
  postAsyncFetch(name: string, url: string, options?: Options): Promise<Answer>;
  initMultipartUpload(name: string, options?: Options): Promise<{ uploadId: string; bucket: string; name: string }>;
  uploadPart(
    name: string,
    id: string,
    part: number,
    file: unknown,
    start: number,
    end: number,
  ): Promise<{ etag: string }>;
  uploadPartCopy(name: string, id: string, part: number, range: string, source: Options): Promise<{ etag: string }>;
  completeMultipartUpload(
    name: string,
    id: string,
    parts: { number: number; etag: string }[],
    options?: Options,
  ): Promise<{ etag: string } & Answer>;
  abortMultipartUpload(name: string, id: string): Promise<Answer>;
  listParts(
    name: string,
    id: string,
    query?: Options,
  ): Promise<{
    parts: { PartNumber: string; ETag: string; Size: string }[];
    nextPartNumberMarker: string;
    isTruncated: string;
  }>;
  listUploads(query: Options): Promise<{
    uploads: { name: string; uploadId: string }[];
    nextKeyMarker: string;
    nextUploadIdMarker: string;
    isTruncated: boolean;
  }>;
  multipartUpload(name: string, file: unknown, options?: Options): Promise<{ etag: string } & Answer>;
  multipartUploadCopy(name: string, source: Options, options?: Options): Promise<Answer>;
  signatureUrl(name: string, options?: Options): string;
  signatureUrlV4(method: string, expires: number, request: Options | undefined, name: string): Promise<string>;
}

/** Node resolves `bucket.localhost` only where the system does; browsers and curl always do. */
const toLoopback: LookupFunction = (_hostname, { all }, done) =>
  all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);

export interface ClientForm {
  name: string;
  /** Undefined keys of ali-oss's options are not sent to it. */
  options(server: OssServer): Options;
}

const ENDPOINTS: readonly ClientForm[] = [
  { name: 'an IP endpoint', options: ({ port }) => ({ endpoint: `http://127.0.0.1:${port}` }) },
  {
    name: 'an IP endpoint with sldEnable',
    options: ({ port }) => ({ endpoint: `http://127.0.0.1:${port}`, sldEnable: true }),
  },
  {
    name: 'localhost with sldEnable',
    options: ({ port }) => ({ endpoint: `http://localhost:${port}`, sldEnable: true }),
  },
  {
    name: 'bucket.localhost',
    options: ({ port }) => ({
      endpoint: `http://localhost:${port}`,
      agent: new Agent({ keepAlive: true, lookup: toLoopback }),
    }),
  },
];

/** Each with its name, for `describe.each`. */
export const CLIENT_FORMS: readonly ClientForm[] = ENDPOINTS.flatMap(({ name, options }) => [
  { name: `V1 on ${name}`, options },
  { name: `V4 on ${name}`, options: (server: OssServer) => ({ ...options(server), authorizationV4: true }) },
]);

export function aliOss(server: OssServer, options: Options = {}): AliOss {
  const { accessKeyId, accessKeySecret } = OWNER;
  const defaults = { endpoint: `http://${server.endpoint}`, region: 'oss-cn-beijing', accessKeyId, accessKeySecret };
  return new OSS({ bucket: 'my-bucket', ...defaults, ...options } as OSS.Options) as unknown as AliOss;
}
