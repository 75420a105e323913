/** The account's buckets, page by page, all of them or those with certain tags. */
import { OssError } from '../errors.ts';
import { BUCKETS_MAX } from '../limits.ts';
import type { BucketRecord, ObjectStore } from '../store/object-store.ts';
import { type BucketTags, TAGS } from './bucket-settings.ts';
import { documentOf } from './documents.ts';

export interface ListBuckets {
  prefix: string;
  marker: string;
  limit: number;
  /** Undefined asks for no tag; a tag without a value for its key alone. */
  tags: readonly WantedTag[] | undefined;
}

export interface WantedTag {
  key: string;
  value: string | undefined;
}

export interface BucketPage {
  buckets: readonly BucketRecord[];
  isTruncated: boolean;
}

export function listBuckets(store: ObjectStore, { prefix, marker, limit, tags }: ListBuckets): BucketPage {
  if (tags === undefined) return store.listBuckets({ prefix, marker, limit });
  const { buckets } = store.listBuckets({ prefix, marker, limit: BUCKETS_MAX });
  const found = buckets.filter((bucket) => hasTags(tagsOf(store, bucket), tags));
  return { buckets: found.slice(0, limit), isTruncated: found.length > limit };
}

export function tagsOf(store: ObjectStore, { name }: BucketRecord): BucketTags['tags'] {
  return documentOf(store, TAGS, name)?.tags ?? [];
}

function hasTags(tags: BucketTags['tags'], wanted: readonly WantedTag[]): boolean {
  return wanted.every(({ key, value }) =>
    tags.some((tag) => tag.key === key && (value === undefined || tag.value === value)),
  );
}

export interface AskedTags {
  key: string;
  value: string;
  /** `"k":"v","k":"v"` */
  list: string;
}

/** UNVERIFIED OSS-191: the wordings of these refusals. */
export function readWantedTags({ key, value, list }: AskedTags): WantedTag[] | undefined {
  if (list !== '' && (key !== '' || value !== ''))
    throw argument('tagging cannot be used together with tag-key and tag-value.', 'tagging', list);
  if (list !== '') return readTagList(list);
  if (value !== '' && key === '') throw argument('tag-value needs a tag-key.', 'tag-value', value);
  return key === '' ? undefined : [{ key, value: value || undefined }];
}

/** The inside of a JSON object, as the SDKs' documentation shows it. */
function readTagList(list: string): WantedTag[] {
  const refused = () => argument('tagging is a list of "key":"value".', 'tagging', list);
  let parsed: unknown;
  try {
    parsed = JSON.parse(`{${list}}`);
  } catch {
    throw refused();
  }
  return Object.entries(parsed as Record<string, unknown>).map(([key, value]) => {
    if (typeof value !== 'string') throw refused();
    return { key, value };
  });
}

function argument(message: string, argumentName: string, argumentValue: string): OssError {
  return new OssError('InvalidArgument', { message, argumentName, argumentValue });
}
