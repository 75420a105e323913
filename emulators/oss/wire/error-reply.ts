/** Renders a refusal: the XML every OSS client reads, and the headers for those that get no body. */
import { Buffer } from 'node:buffer';
import type { ReplyContext } from '../../../src/kernel/pipeline.ts';
import { describeError, type ErrorDetails, type ServiceError } from '../../../src/kernel/service-error.ts';
import type { WireReply } from '../../../src/kernel/wire.ts';
import { renderXml, type XmlValue } from '../../../src/protocols/xml.ts';
import { type OssErrorCode, ossErrors } from '../errors.ts';
import type { ObjectRecord } from '../store/object-store.ts';
import { storedHeaders, unchangedHeaders } from './object-reply.ts';

/** Facts of an error that the real service sends, and the elements it sends them in. */
const ELEMENTS: Readonly<Record<string, string>> = {
  bucket: 'BucketName',
  key: 'Key',
  uploadId: 'UploadId',
  partNumber: 'PartNumber',
  etag: 'ETag',
  argumentName: 'ArgumentName',
  argumentValue: 'ArgumentValue',
  condition: 'Condition',
  header: 'Header',
  method: 'Method',
  resourceType: 'ResourceType',
  errorDetail: 'ErrorDetail',
  accessKeyId: 'OSSAccessKeyId',
  securityToken: 'SecurityToken',
  signatureProvided: 'SignatureProvided',
  maxAllowedSkewMilliseconds: 'MaxAllowedSkewMilliseconds',
  requestTime: 'RequestTime',
  serverTime: 'ServerTime',
  expires: 'Expires',
  accessDeniedDetail: 'AccessDeniedDetail',
};

/** Of what the client sent, an error repeats this much: the longest key of an object fits. */
const ECHO_CHARS_MAX = 2048;
/** Clients read 16 KiB of headers at most, and escaping makes six characters of one. */
const ECHO_IN_HEADER_CHARS_MAX = 64;
/** The longest of our own wordings. */
const MESSAGE_CHARS_MIN = 300;
const HEADER_XML_BYTES_MAX = 6 * 1024;

export function errorReply(error: ServiceError<OssErrorCode>, { request, requestId }: ReplyContext): WireReply {
  const { status, message, ec } = describeError(error, ossErrors);
  const headers: Record<string, string> = {};
  if (ec !== undefined) headers['x-oss-ec'] = ec;
  if (typeof error.details.reason === 'string')
    headers['x-localyun-reason'] = shortened(oneLine(error.details.reason), ECHO_CHARS_MAX);
  const { nextAppendPosition, deleteMarker, allow, stored } = error.details;
  // A callback failed: what was stored is told all the same.
  if (stored !== undefined) Object.assign(headers, storedHeaders(stored as ObjectRecord));
  if (typeof deleteMarker === 'string') {
    headers['x-oss-delete-marker'] = 'true';
    headers['x-oss-version-id'] = deleteMarker;
  }
  if (typeof allow === 'string') headers.Allow = allow;
  if (nextAppendPosition !== undefined) headers['x-oss-next-append-position'] = String(nextAppendPosition);
  if (status === 304)
    return { status, headers: { ...headers, ...unchangedHeaders(error.details.record as ObjectRecord) } };

  const render = (echoCharsMax: number, last: Record<string, XmlValue>) =>
    renderXml('Error', {
      Code: error.code,
      Message: shortened(message, Math.max(echoCharsMax, MESSAGE_CHARS_MIN)),
      RequestId: requestId,
      HostId: shortened(request.headers.host ?? request.endpoint, echoCharsMax),
      ...elements(error.details, echoCharsMax),
      EC: ec,
      RecommendDoc: ec === undefined ? undefined : `https://api.aliyun.com/troubleshoot?q=${ec}`,
      ...last,
    });
  // Last, for they are long and oss2 reads only 4096 bytes of an error.
  const xml = render(ECHO_CHARS_MAX, signatureElements(error.details));
  headers['Content-Type'] = 'application/xml';
  if (request.method !== 'HEAD') return { status, headers, body: xml };
  const fitting = Buffer.byteLength(xml) <= HEADER_XML_BYTES_MAX ? xml : render(ECHO_IN_HEADER_CHARS_MAX, {});
  headers['x-oss-err'] = Buffer.from(fitting, 'utf8').toString('base64');
  return { status, headers };
}

function elements(details: ErrorDetails, echoCharsMax: number): Record<string, XmlValue> {
  const found: Record<string, XmlValue> = {};
  for (const [fact, element] of Object.entries(ELEMENTS)) {
    const value = details[fact];
    if (value !== undefined)
      found[element] = typeof value === 'string' ? shortened(value, echoCharsMax) : (value as XmlValue);
  }
  return found;
}

function shortened(text: string, charsMax: number): string {
  return text.length <= charsMax ? text : `${text.slice(0, charsMax)}…`;
}

function signatureElements({ stringToSign, canonicalRequest }: ErrorDetails): Record<string, XmlValue> {
  if (typeof stringToSign !== 'string') return {};
  return {
    StringToSign: stringToSign,
    // UNVERIFIED OSS-033: that V4 answers carry CanonicalRequest.
    CanonicalRequest: typeof canonicalRequest === 'string' ? canonicalRequest : undefined,
    StringToSignBytes: hexPairs(stringToSign),
  };
}

function hexPairs(text: string): string {
  return (Buffer.from(text, 'utf8').toString('hex').toUpperCase().match(/../g) ?? []).join(' ');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
