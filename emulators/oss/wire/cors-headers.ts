/** What a browser is told: the answer to a preflight, and the headers on the answer to a call from a page of another origin. */
import type { WireReply, WireRequest } from '../../../src/kernel/wire.ts';
import { OssError } from '../errors.ts';
import { CORS, type CorsRule, matchCors } from '../service/cors.ts';
import { documentOf, findDocument } from '../service/documents.ts';
import type { ObjectStore } from '../store/object-store.ts';

/** Help page "OptionObject": unsigned, and answered by the bucket's rules alone, whether the object exists or not. */
export function preflight(store: ObjectStore, bucket: string, { headers }: Pick<WireRequest, 'headers'>): WireReply {
  const { origin, 'access-control-request-method': method } = headers;
  if (!origin) throw insufficient('Origin request header');
  if (!method) throw insufficient('Access-Control-Request-Method header');
  const wanted = listed(headers['access-control-request-headers']);
  const document = findDocument(store, CORS, bucket);
  const rule = document && matchCors(document, { origin, method, headers: wanted });
  if (!document || !rule) throw new OssError('AccessForbidden', { method, resourceType: 'Bucket' });
  return {
    status: 200,
    headers: {
      ...originHeaders(rule, origin),
      'Access-Control-Allow-Methods': rule.allowedMethods.join(', '),
      ...(wanted.length > 0 ? { 'Access-Control-Allow-Headers': wanted.join(', ') } : {}),
      ...(rule.maxAgeSeconds === undefined ? {} : { 'Access-Control-Max-Age': String(rule.maxAgeSeconds) }),
    },
  };
}

/** Adds to an answer, a refusal too, what the page that asked needs in order to read it. */
export function addCorsHeaders(
  reply: Record<string, string | string[]>,
  { store, bucket, request }: { store: ObjectStore; bucket: string; request: Pick<WireRequest, 'method' | 'headers'> },
): void {
  const document = documentOf(store, CORS, bucket);
  if (!document) return;
  // Help page "PutBucketCors": told whether this request came across origins or not, for caches keep the answer.
  if (document.responseVary) reply.Vary = 'Origin';
  const { method, headers } = request;
  if (!headers.origin || method === 'OPTIONS') return;
  const rule = matchCors(document, { origin: headers.origin, method, headers: [] });
  if (!rule) return;
  Object.assign(reply, originHeaders(rule, headers.origin));
  reply['Access-Control-Allow-Methods'] = rule.allowedMethods.join(', ');
  if (rule.maxAgeSeconds !== undefined) reply['Access-Control-Max-Age'] = String(rule.maxAgeSeconds);
}

function originHeaders(rule: CorsRule, origin: string): Record<string, string> {
  const headers: Record<string, string> = {
    'Access-Control-Allow-Origin': rule.allowedOrigins.includes('*') ? '*' : origin,
  };
  if (rule.exposeHeaders.length > 0) headers['Access-Control-Expose-Headers'] = rule.exposeHeaders.join(', ');
  return headers;
}

function listed(header: string | undefined): string[] {
  return (header ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
}

/** UNVERIFIED OSS-071: the exact wording where Origin, or the method asked for, is missing. */
function insufficient(what: string): OssError {
  return new OssError('BadRequest', { message: `Insufficient information. ${what} needed.` });
}
