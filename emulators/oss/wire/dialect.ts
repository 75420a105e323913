/** How OSS reads a call, refuses it and answers it. */
import type { Clock } from '../../../src/kernel/clock.ts';
import { isDatabaseDamage } from '../../../src/kernel/database.ts';
import { isDiskError } from '../../../src/kernel/disk-error.ts';
import type { Ids } from '../../../src/kernel/ids.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import { type Dialect, type InputIssue, isServiceError } from '../../../src/kernel/pipeline.ts';
import type { ServiceError } from '../../../src/kernel/service-error.ts';
import type { WireReply, WireRequest } from '../../../src/kernel/wire.ts';
import type { AccessDecider } from '../../../src/ports/access-decider.ts';
import type { CredentialSource } from '../../../src/ports/credential-source.ts';
import { parseXml } from '../../../src/protocols/xml.ts';
import type { OssResource } from '../../../src/signing/oss-resource.ts';
import { OssError, type OssErrorCode } from '../errors.ts';
import { requireBucket } from '../service/buckets.ts';
import { assertBucketName, assertKey } from '../service/names.ts';
import { StoreDamage } from '../store/damage.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { type AddressOptions, readAddress } from './address.ts';
import { type Authenticated, type AuthMode, createAuthenticator } from './authenticate.ts';
import { createAuthorizer } from './authorize.ts';
import { addCorsHeaders } from './cors-headers.ts';
import { errorReply } from './error-reply.ts';
import { missingBucketFirst } from './missing-bucket.ts';
import { refusalOf } from './unserved.ts';
import { pageOf } from './website-visit.ts';

export interface DialectNeeds extends AddressOptions {
  clock: Clock;
  ids: Ids;
  logger: Logger;
  credentials: CredentialSource;
  access: AccessDecider;
  store: ObjectStore;
  accountId: string;
  auth: AuthMode;
  /** Query names that select an operation: for the name in a refusal. */
  subresources: ReadonlySet<string>;
}

const DISK_FULL =
  'The disk that holds the data of LocalYun is full, or fails. Nothing was changed; make room on it and send the call again.';

export function createDialect(needs: DialectNeeds): Dialect {
  const { ids, logger, accountId, subresources } = needs;
  const authenticate = createAuthenticator(needs);

  function identified(request: WireRequest, readings: readonly OssResource[]): Authenticated {
    try {
      return authenticate(request, readings);
    } catch (error) {
      throw missingBucketFirst(error, { request, readings, store: needs.store });
    }
  }

  return {
    room: 'oss',
    newRequestId: () => ids.ossRequestId(),
    identify(request) {
      const readings = readAddress(request, needs);
      // A browser asks without the signature of the call it is about to make; the URL may carry that call's.
      const { principal, resource } =
        request.method === 'OPTIONS'
          ? { principal: { type: 'anonymous' as const }, resource: readings[0] ?? {} }
          : identified(request, readings);
      const page = pageOf(needs.store, request, { resource, subresources });
      return { principal, target: { segments: segmentsOf(page) } };
    },
    resource: ({ bucket, key }) => ossArn(accountId, bucket, key),
    authorize: createAuthorizer(needs),
    unserved(request, { segments }, name) {
      // The bucket first, as for what is served: clients tell a missing one by any of its sub-resources.
      if (segments[0] !== undefined) requireBucket(needs.store, segments[0]);
      return unserved(request, segments.length, { name, subresources });
    },
    invalid,
    tooLarge: (limitBytes) =>
      new OssError('MalformedXML', { errorDetail: `The body is larger than ${limitBytes} bytes.` }),
    incomplete: (cause) => new OssError('IncompleteBody', {}, { cause }),
    parseBody(kind, bytes) {
      if (kind !== 'xml') throw new Error(`No OSS operation has a ${kind} body.`);
      const parsed = parseXml(bytes);
      if (!parsed.ok) throw new OssError('MalformedXML', { errorDetail: parsed.reason });
      return parsed;
    },
    refuse(error, context) {
      if (isServiceError(error)) return errorReply(error as ServiceError<OssErrorCode>, context);
      if (isDiskError(error)) {
        logger.warn('A call was refused, for the disk takes nothing.', { requestId: context.requestId, error });
        return errorReply(new OssError('InsufficientStorage', { message: DISK_FULL }), context);
      }
      if (error instanceof StoreDamage || isDatabaseDamage(error)) {
        logger.error('Stored data is lost or damaged.', { requestId: context.requestId, error });
        return errorReply(new OssError('StoredDataDamaged'), context);
      }
      logger.error('A call failed for a reason that is ours.', {
        requestId: context.requestId,
        method: context.request.method,
        target: context.request.rawPath,
        error,
      });
      return errorReply(new OssError('InternalError'), context);
    },
    // Date and Connection are node:http's, which knows the host's time and what the client asked of the connection.
    finish(reply, { requestId, request, target, elapsedMs }): WireReply {
      const headers = reply.headers ?? {};
      headers.Server = 'AliyunOSS';
      headers['x-oss-request-id'] = requestId;
      const bucket = target ? target.segments[0] : bucketOf(request, needs);
      if (bucket !== undefined) addCorsHeaders(headers, { store: needs.store, bucket, request });
      headers['x-oss-server-time'] = String(Math.round(elapsedMs));
      return reply.headers ? reply : { ...reply, headers };
    },
  };
}

export function ossArn(accountId: string, bucket?: string, key?: string): string {
  if (bucket === undefined) return `acs:oss:*:${accountId}:*`;
  return `acs:oss:*:${accountId}:${key === undefined ? bucket : `${bucket}/${key}`}`;
}

/** Where the call was refused before its address was settled: a page may read that answer, too. */
function bucketOf(request: WireRequest, options: AddressOptions): string | undefined {
  try {
    return readAddress(request, options)[0]?.bucket;
  } catch (error) {
    // An address that can't be read has been refused as such already.
    if (error instanceof OssError) return undefined;
    throw error;
  }
}

function segmentsOf({ bucket, key }: OssResource): string[] {
  if (bucket === undefined) return [];
  assertBucketName(bucket);
  if (key === undefined) return [bucket];
  assertKey(key);
  return [bucket, key];
}

/** 400, never 5xx: clients retry those for minutes. */
function unserved(
  request: WireRequest,
  depth: number,
  { name, subresources }: { name: string | undefined; subresources: ReadonlySet<string> },
): ServiceError {
  if (name !== undefined) return refusalOf(name);
  const what = ['the service', 'a bucket', 'an object'][depth] ?? 'an object';
  const asked = request.query.filter(([query]) => subresources.has(query)).map(([query]) => query);
  const suffix = asked.length > 0 ? ` with ?${asked.join('&')}` : '';
  if (suffix === '')
    return new OssError('MethodNotAllowed', { method: request.method, resourceType: what.replace(/^an? |^the /, '') });
  return new OssError('NotImplemented', { message: `${request.method} on ${what}${suffix} is not served.` });
}

function invalid({ path, message, value }: InputIssue): ServiceError {
  const name = String(path.at(-1) ?? '');
  if (value === undefined) return new OssError('MissingArgument', { argumentName: name });
  return new OssError('InvalidArgument', { message, argumentName: name, argumentValue: String(value) });
}
