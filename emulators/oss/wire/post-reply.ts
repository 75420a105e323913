/** How a form is answered once its file is stored: as the form itself asked for. */
import type { Call } from '../../../src/kernel/operation.ts';
import type { WireReply } from '../../../src/kernel/wire.ts';
import { renderXml } from '../../../src/protocols/xml.ts';
import { percentEncode } from '../../../src/signing/canonical.ts';
import type { ObjectRecord } from '../store/object-store.ts';
import { storedHeaders } from './object-reply.ts';

export function postReply(
  record: ObjectRecord,
  fields: ReadonlyMap<string, string>,
  { request }: Pick<Call, 'request'>,
): WireReply {
  const headers = storedHeaders(record);
  const redirect = redirectTo(fields.get('success_action_redirect'), record);
  if (redirect !== undefined) return { status: 303, headers: { ...headers, Location: redirect } };
  const status = fields.get('success_action_status');
  if (status === '200') return { status: 200, headers };
  if (status !== '201') return { status: 204, headers };
  const { bucket, key, etag } = record;
  const location = `http://${request.headers.host ?? request.endpoint}${request.rawPath.replace(/\/$/, '')}/${percentEncode(key)}`;
  const document = { Bucket: bucket, Location: location, Key: key, ETag: `"${etag}"` };
  return {
    status: 201,
    headers: { ...headers, 'Content-Type': 'application/xml', Location: location },
    body: renderXml('PostResponse', document),
  };
}

/** UNVERIFIED OSS-064: what is added to the address, and that one that is none counts as not given. */
function redirectTo(address: string | undefined, { bucket, key, etag }: ObjectRecord): string | undefined {
  if (address === undefined || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  const added = [
    ['bucket', bucket],
    ['key', key],
    ['etag', `"${etag}"`],
  ].map(([name, value]) => `${name}=${percentEncode(value ?? '')}`);
  url.search = `${url.search === '' ? '?' : `${url.search}&`}${added.join('&')}`;
  return url.href;
}
