/** The limits of the real service, by name. */

/** Buckets of one account in one region. */
export const BUCKETS_MAX = 100;
export const BUCKET_NAME_LENGTH_MIN = 3;
export const BUCKET_NAME_LENGTH_MAX = 63;
/** UTF-8 bytes of an object's name. */
export const KEY_BYTES_MAX = 1023;
/** The database writes a control character of U+0000 to U+0005 as two bytes, and its rows' keys have an end. */
export const KEY_ROW_BYTES_MAX = 1800;
/** One PutObject, one part. */
export const PUT_BYTES_MAX = 5 * 1024 ** 3;
/** What appends may add up to. */
export const APPENDABLE_BYTES_MAX = 5 * 1024 ** 3;
/** UNVERIFIED OSS-020: 5 GB is the newer documentation's limit of a simple copy; the 2021 pages say 1 GB. */
export const COPY_BYTES_MAX = 5 * 1024 ** 3;
/** Names and values of x-oss-meta-* together. */
export const USER_META_BYTES_MAX = 8 * 1024;

/** Tags of one object, and UTF-8 bytes of their names and values. */
export const OBJECT_TAGS_MAX = 10;
export const OBJECT_TAG_KEY_BYTES_MAX = 128;
export const OBJECT_TAG_VALUE_BYTES_MAX = 256;

/** Ten tags with every byte escaped fit in. */
export const OBJECT_TAGGING_BYTES_MAX = 64 * 1024;

/** Help page "PostObject": a field other than the file. */
export const POST_FIELD_BYTES_MAX = 4 * 1024;
/** Fields before the file: more than any form has that OSS would understand. */
export const POST_FIELDS_MAX = 100;

/** Help page "GetObject": nothing smaller is compressed on its way out. */
export const GZIP_BYTES_MIN = 1024;

/** A RestoreRequest says two things. */
export const RESTORE_BODY_BYTES_MAX = 16 * 1024;

/** Help pages "0007-00000001" and "0007-00000101": base64 of a callback, and of its variables. */
export const CALLBACK_BYTES_MAX = 5 * 1024;
export const CALLBACK_URLS_MAX = 5;
/** Help page "Callback": an application server's time, and the length of its answer. */
export const CALLBACK_TIMEOUT_MS = 5_000;
export const CALLBACK_ANSWER_BYTES_MAX = 1024 * 1024;
/** Ours: callbacks at a time, and how long one lasts where the kernel's time stands still. */
export const CALLBACKS_MAX = 1000;
export const CALLBACK_HOST_TIMEOUT_MS = 60_000;

/** Ours: files of a seed folder that are put at a time, and problems that are told of one. */
export const SEEDS_AT_ONCE = 32;
export const SEED_PROBLEMS_MAX = 10;

export const LIST_PAGE_DEFAULT = 100;
export const LIST_PAGE_MAX = 1000;
export const BUCKET_PAGE_DEFAULT = 100;
export const UPLOAD_PAGE_MAX = 1000;
export const PART_PAGE_MAX = 1000;

export const DELETE_KEYS_MAX = 1000;
export const DELETE_BODY_BYTES_MAX = 2 * 1024 * 1024;
/** 10,000 parts with their ETags fit four times over. */
export const COMPLETE_BODY_BYTES_MAX = 4 * 1024 * 1024;
export const BUCKET_CONFIGURATION_BYTES_MAX = 64 * 1024;

export const PART_NUMBER_MAX = 10_000;
/** Every part of an upload but its last. */
export const PART_BYTES_MIN = 100 * 1024;

/** Help page "Single-connection bandwidth throttling": bits a second. */
/** In bits a second. The help pages say 819,200 today and said 245,760; ali-oss 6.23's tests find less than the former taken. */
export const TRAFFIC_LIMIT_MIN = 245_760;
export const TRAFFIC_LIMIT_MAX = 838_860_800;

export const LIFECYCLE_RULES_MAX = 1000;
export const LIFECYCLE_RULE_ID_BYTES_MAX = 255;
/** A thousand rules with long names and prefixes. */
export const LIFECYCLE_BODY_BYTES_MAX = 2 * 1024 * 1024;

export const BUCKET_POLICY_BYTES_MAX = 16 * 1024;

export const BUCKET_TAGS_MAX = 20;
export const BUCKET_TAG_KEY_BYTES_MAX = 64;
export const BUCKET_TAG_VALUE_BYTES_MAX = 128;

export const CORS_RULES_MAX = 10;
export const CORS_MAX_AGE_SECONDS_MAX = 999_999_999;

/** Help page "Bucket inventory": through the API; the console stops at ten. */
export const BUCKET_INVENTORIES_MAX = 1000;
export const INVENTORY_PAGE = 100;
export const CNAME_TOKENS_MAX = 100;

/** UNVERIFIED OSS-202. */
export const OVERWRITE_RULES_MAX = 100;

/** Help page "SelectObject": of the expression 16 KB. What is selected from is read whole. */
export const SELECT_EXPRESSION_CHARS_MAX = 16 * 1024;
export const SELECT_BODY_BYTES_MAX = 64 * 1024;
export const SELECT_OBJECT_BYTES_MAX = 16 * 1024 * 1024;

/** Uploads whose parts come in order, and whose MD5 is being made. */
export const SEQUENTIAL_UPLOADS_MAX = 1000;

/** Help page "PutStyle". */
export const STYLES_MAX = 100;

/** Help page "PutBucketWebsite". */
export const WEBSITE_RULES_MAX = 20;
export const WEBSITE_INCLUDE_HEADERS_MAX = 10;
