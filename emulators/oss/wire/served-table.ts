/** The room's table, which never lets a request fall through to a neighbour: what isn't served is refused by its name. */
import { type OperationRow, wrappedRow } from '../../../src/kernel/operation.ts';
import { createOperationTable, type OperationTable } from '../../../src/kernel/operation-table.ts';
import type { WireRequest } from '../../../src/kernel/wire.ts';
import { signedSubresources } from '../../../src/signing/oss-subresources.ts';
import { OssError } from '../errors.ts';
import { type HostClock, slowedRow, trafficLimit } from './traffic-limit.ts';

export function createServedTable<Services>(
  rows: readonly OperationRow<Services>[],
  clock: HostClock,
): OperationTable<Services> {
  const table = createOperationTable(rows.map((row) => refusingUnservedParts(slowedRow(row, clock))));
  const subresources = subresourcesOf(rows);
  return {
    rows,
    find(request, target) {
      const found = table.find(request, target);
      // A preflight names the call to come with all its parameters, and asks about none of them.
      if (!found || request.query.length === 0 || request.method === 'OPTIONS') return found;
      const own = found.row.match.query ?? [];
      // `DELETE /bucket?acl` is no DeleteBucket: a sub-resource that this row doesn't ask for means another operation.
      const isOther = request.query.some(
        ([name]) =>
          subresources.has(name) &&
          !own.some((flag) => nameOf(flag) === name) &&
          !FILTERS[found.row.name]?.includes(name),
      );
      return isOther ? undefined : found;
    },
  };
}

/**
 * Names that select an operation, of the table's and of all that clients know and sign: `PUT /bucket?udf` makes no bucket.
 * Paging and list-type don't: every listing takes them.
 */
export function subresourcesOf(rows: readonly Pick<OperationRow, 'match'>[]): ReadonlySet<string> {
  const names = rows.flatMap(({ match }) => (match.query ?? []).map(nameOf));
  return new Set([...names, ...signedSubresources()].filter((name) => !NO_SUBRESOURCES.has(name)));
}

/** They go with operations whose rows don't name them, or say how and not what. What we can't do so is refused by `QUERY_UNSERVED`. */
const NO_SUBRESOURCES = new Set(
  `list-type partNumber position continuation-token inventoryId comp styleName versionId sequential verbose
  startTime endTime status security-token callback callback-var withHashContext response-cache-control
  response-content-disposition response-content-encoding response-content-language response-content-type response-expires
  x-oss-process x-oss-async-process x-oss-request-payer x-oss-traffic-limit x-oss-ac-source-ip x-oss-ac-subnet-mask
  x-oss-ac-vpc-id x-oss-ac-forward-allow x-oss-access-point-name`.split(/\s+/),
);

/**
 * A sub-resource elsewhere; here a filter. oss2's tests send two that change nothing: the buckets of every region are those of
 * the one there is, and a link that is deleted is an object like any other.
 */
const FILTERS: Readonly<Record<string, readonly string[]>> = {
  ListBuckets: ['tagging', 'regionList'],
  DeleteObject: ['symlink'],
};

function nameOf(flag: string): string {
  const equals = flag.indexOf('=');
  return equals < 0 ? flag : flag.slice(0, equals);
}

function refusingUnservedParts<Services>(row: OperationRow<Services>): OperationRow<Services> {
  if (row.status === 'planned') return row;
  return wrappedRow(row, {
    handle(input, services, call) {
      if (call.request.method !== 'OPTIONS') assertPartsServed(call.request, row.name);
      return row.handle(input, services, call);
    },
  });
}

const HEADERS_UNSERVED = new Set([
  'x-oss-server-side-encryption-customer-algorithm',
  'x-oss-persistent-headers',
  'x-oss-process',
  'x-oss-async-process',
  'x-oss-hns-status',
  'x-oss-bucket-tagging',
  'x-oss-hash-ctx',
  'x-oss-md5-ctx',
]);

/** Served, but only by these. (`x-oss-tagging` is not here: oss2 sends it with every call of an upload.) */
const MAKE_OBJECTS = ['PutObject', 'CopyObject', 'AppendObject', 'InitiateMultipartUpload', 'PostObject'];
const ENCRYPT = [...MAKE_OBJECTS, 'PutBucket'];
/** The parts of an upload get the headers of the whole from some clients; its end is what calls. */
const CALL_BACK = ['PutObject', 'InitiateMultipartUpload', 'UploadPart', 'UploadPartCopy', 'CompleteMultipartUpload'];
const HEADERS_OF: Readonly<Record<string, readonly string[]>> = {
  'x-oss-callback': CALL_BACK,
  'x-oss-callback-var': CALL_BACK,
  'x-oss-server-side-encryption': ENCRYPT,
  'x-oss-server-side-encryption-key-id': ENCRYPT,
  'x-oss-server-side-data-encryption': ENCRYPT,
  'x-oss-tagging-directive': ['CopyObject'],
  'x-oss-bypass-governance-retention': ['PutObjectRetention', 'DeleteObject', 'DeleteMultipleObjects'],
  'x-oss-resource-group-id': ['ListBuckets', 'PutBucket'],
};

/** What follows the call that said how the object is encrypted. */
const PARTS = ['UploadPart', 'UploadPartCopy', 'CompleteMultipartUpload'];
const ENCRYPTION = 'x-oss-server-side-';

const QUERY_UNSERVED = new Set([
  'x-oss-async-process',
  'x-oss-ac-source-ip',
  'x-oss-ac-subnet-mask',
  'x-oss-ac-vpc-id',
  'x-oss-ac-forward-allow',
  'withHashContext',
]);

/** Served, but only by these. */
const QUERY_OF: ReadonlyMap<string, readonly string[]> = new Map([
  // alibabacloud-oss-go-sdk-v2 1.5 source: what an upload was begun with is sent with each of its calls.
  [
    'sequential',
    ['InitiateMultipartUpload', 'UploadPart', 'UploadPartCopy', 'CompleteMultipartUpload', 'AbortMultipartUpload'],
  ],
  ['x-oss-process', ['SelectObject', 'CreateSelectObjectMeta']],
  ['callback', CALL_BACK],
  ['callback-var', CALL_BACK],
  [
    'versionId',
    [
      'GetObject',
      'HeadObject',
      'GetObjectMeta',
      'DeleteObject',
      'PutObjectACL',
      'GetObjectACL',
      'GetSymlink',
      'PutObjectTagging',
      'GetObjectTagging',
      'DeleteObjectTagging',
      'RestoreObject',
      'CleanRestoredObject',
      'PutObjectRetention',
      'GetObjectRetention',
      'PutObjectLegalHold',
      'GetObjectLegalHold',
    ],
  ],
]);

const CONDITIONAL_HEADERS = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'];

/** Throws for everything that would change what this request does, and that we would have to ignore. */
export function assertPartsServed(request: Pick<WireRequest, 'method' | 'headers' | 'query'>, operation: string): void {
  for (const name in request.headers) {
    if (!name.startsWith('x-oss-')) continue;
    if (PARTS.includes(operation) && name.startsWith(ENCRYPTION)) throw encryptedPart(name, request.headers[name]);
    const isElsewheres = HEADERS_OF[name]?.includes(operation) === false;
    if (isElsewheres || HEADERS_UNSERVED.has(name)) throw unservedHeader(name, operation);
  }
  for (const [name] of request.query) {
    if (QUERY_UNSERVED.has(name) || QUERY_OF.get(name)?.includes(operation) === false)
      throw new OssError('NotImplemented', {
        message: `The query parameter ${name} of ${operation} is not served yet.`,
        argumentName: name,
      });
  }
  assertConditionsServed(request);
  trafficLimit(request);
}

/** Documented for PutObject: a condition it does not know is refused, with the header's name. */
function assertConditionsServed({ method, headers }: Pick<WireRequest, 'method' | 'headers'>): void {
  if (method === 'GET' || method === 'HEAD') return;
  // ali-oss 6.23 source: copy() sends its caller's `If-Match` a second time, beside x-oss-copy-source-if-match.
  if (headers['x-oss-copy-source'] !== undefined) return;
  for (const name of CONDITIONAL_HEADERS)
    if (headers[name] !== undefined) throw new OssError('NotImplemented', { header: titleCase(name) });
}

/** oss2 2.19 tests: the code. UNVERIFIED OSS-175: the wording. */
function encryptedPart(argumentName: string, argumentValue: string | undefined): OssError {
  const message = `${argumentName} belongs to the beginning of a multipart upload.`;
  return new OssError('InvalidArgument', { message, argumentName, argumentValue });
}

function unservedHeader(name: string, operation: string): OssError {
  return new OssError('NotImplemented', {
    message: `A header you provided implies functionality that is not implemented. ${operation} does not serve ${name} yet.`,
    header: name,
  });
}

function titleCase(name: string): string {
  return name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}
