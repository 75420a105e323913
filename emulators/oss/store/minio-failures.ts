/** What a MinIO server's refusals, and connections that fail, mean to the store. */
import { RemoteFailure, type RemoteTrouble } from './remote.ts';

const CODES: Readonly<Record<string, RemoteTrouble>> = {
  NoSuchKey: 'gone',
  NoSuchVersion: 'gone',
  NoSuchBucket: 'gone',
  NotFound: 'gone',
  // A delete marker, asked for by its own id.
  MethodNotAllowed: 'gone',
  BucketAlreadyExists: 'taken',
  AccessDenied: 'denied',
  AllAccessDisabled: 'denied',
  InvalidAccessKeyId: 'denied',
  SignatureDoesNotMatch: 'denied',
  XMinioStorageFull: 'full',
  XMinioAdminBucketQuotaExceeded: 'full',
  QuotaExceeded: 'full',
  RequestTimeout: 'slow',
  SlowDown: 'failing',
  SlowDownWrite: 'failing',
  SlowDownRead: 'failing',
  XMinioServerNotInitialized: 'failing',
  ServiceUnavailable: 'failing',
  InternalError: 'failing',
};

const FULL_STATUS = 507;
/** Between two looks at its disk MinIO meets its end as an internal error. */
const NO_SPACE = /no space left on device|(drive|disk) path full/i;

/** An error of the client as one of ours; `what` says what was being done. */
export function toFailure(error: unknown, what: string): RemoteFailure {
  if (error instanceof RemoteFailure) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  const text = error instanceof Error ? error.message : String(error);
  const trouble = CODES[code ?? ''] ?? (isConnectionCode(code, text) ? 'unreachable' : 'refused');
  return new RemoteFailure(trouble, `${what}: ${code && !text.includes(code) ? `${code}, ` : ''}${text}`, {
    cause: error,
    remoteCode: code,
  });
}

/** Node's own codes (ECONNREFUSED, ENOTFOUND …) and its texts for connections that ended too early. */
function isConnectionCode(code: string | undefined, text: string): boolean {
  return (
    /^(E[A-Z_]{4,}|ERR_STREAM_PREMATURE_CLOSE|ERR_SOCKET.*|ERR_SSL.*|CERT_.*|DEPTH_ZERO.*)$/.test(code ?? '') ||
    text === 'aborted'
  );
}

/** Of an answer that says the server has trouble. */
export function troubleOf(status: number, text: string): RemoteFailure {
  const remoteCode = /<Code>([^<]*)<\/Code>/.exec(text)?.[1];
  const message = /<Message>([^<]*)<\/Message>/.exec(text)?.[1] ?? '';
  const isFull = status === FULL_STATUS || NO_SPACE.test(message);
  const trouble = isFull ? 'full' : (CODES[remoteCode ?? ''] ?? 'failing');
  return new RemoteFailure(trouble, `it answered ${status} ${remoteCode ?? ''} ${message}`.trim(), { remoteCode });
}
