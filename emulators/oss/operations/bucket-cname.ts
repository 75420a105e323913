/** Custom domains of a bucket: tokens that prove who owns one can be had, but nothing here can look at a domain's records. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { OssError } from '../errors.ts';
import { BUCKET_CONFIGURATION_BYTES_MAX, CNAME_TOKENS_MAX } from '../limits.ts';
import { requireBucket } from '../service/buckets.ts';
import { findDocument, updateDocument } from '../service/documents.ts';
import { CNAME_TOKENS, cnameRequest } from '../wire/feature-shapes.ts';
import { headerTime } from '../wire/times.ts';
import { readXmlBody } from '../wire/xml-body.ts';
import { bucketInput, bytesBody, operation, xmlReply } from './operation.ts';

const ROOT = 'BucketCnameConfiguration';
/** Help page "CreateCnameToken". */
const TOKEN_TTL_MS = 72 * 3600 * 1000;
const input = bucketInput.extend({ body: bytesBody });
type Headers = Readonly<Record<string, string>>;

function domainOf(bytes: Uint8Array, headers: Headers): string {
  return cnameRequest.read(readXmlBody({ bytes, headers, root: ROOT }), ROOT).Cname.Domain.toLowerCase();
}

const CreateCnameToken = operation({
  name: 'CreateCnameToken',
  match: { method: 'POST', path: '/{bucket}', query: ['cname', 'comp=token'] },
  ram: [{ action: 'oss:CreateCnameToken' }],
  body: 'bytes',
  bodyBytesMax: BUCKET_CONFIGURATION_BYTES_MAX,
  input,
  async handle({ bucket, body }, { store }, { request, requestId, now }) {
    requireBucket(store, bucket);
    const Cname = domainOf(body, request.headers);
    const Token = createHash('sha256').update(`${requestId}:${Cname}`).digest('hex').slice(0, 32);
    const token = { Cname, Token, ExpiresAtMs: now.getTime() + TOKEN_TTL_MS };
    await updateDocument(store, CNAME_TOKENS, {
      bucket,
      change(current) {
        const others = (current?.Token ?? []).filter(
          (kept) => kept.Cname !== Cname && kept.ExpiresAtMs > now.getTime(),
        );
        return { Token: [...others.slice(1 - CNAME_TOKENS_MAX), token] };
      },
    });
    return token;
  },
  encode: (token, { bucket }) => tokenReply(bucket, token),
});

const GetCnameToken = operation({
  name: 'GetCnameToken',
  match: { method: 'GET', path: '/{bucket}', query: ['cname', 'comp=token'] },
  ram: [{ action: 'oss:GetCnameToken' }],
  input: () => bucketInput.extend({ query: z.object({ cname: z.string() }) }),
  handle({ bucket, query: { cname } }, { store }, { now }) {
    const tokens = findDocument(store, CNAME_TOKENS, bucket)?.Token ?? [];
    const found = tokens.find(({ Cname, ExpiresAtMs }) => Cname === cname.toLowerCase() && ExpiresAtMs > now.getTime());
    if (!found) throw new OssError('CnameTokenNotFound', { bucket });
    return found;
  },
  encode: (token, { bucket }) => tokenReply(bucket, token),
});

/** The real service looks for the token among the domain's records, and refuses like this while it isn't there. */
const PutCname = operation({
  name: 'PutCname',
  match: { method: 'POST', path: '/{bucket}', query: ['cname', 'comp=add'] },
  ram: [{ action: 'oss:PutCname' }],
  body: 'bytes',
  bodyBytesMax: BUCKET_CONFIGURATION_BYTES_MAX,
  input,
  handle({ bucket, body }, { store }, { request }): never {
    requireBucket(store, bucket);
    const domain = domainOf(body, request.headers);
    throw new OssError('NeedVerifyDomainOwnership', {
      message: `Need verify the ownership of domain. Records of ${domain} can't be looked at from here: no domain can be bound.`,
      bucket,
    });
  },
  encode: () => ({ status: 200 }),
});

/** No domain can be bound, so none is left to list or to unbind. */
const ListCname = operation({
  name: 'ListCname',
  match: { method: 'GET', path: '/{bucket}', query: ['cname'] },
  ram: [{ action: 'oss:ListCname' }],
  input: bucketInput,
  handle({ bucket }, { store, accountId }) {
    requireBucket(store, bucket);
    return accountId;
  },
  encode: (accountId, { bucket }) => xmlReply('ListCnameResult', { Bucket: bucket, Owner: accountId }),
});

const DeleteCname = operation({
  name: 'DeleteCname',
  match: { method: 'POST', path: '/{bucket}', query: ['cname', 'comp=delete'] },
  ram: [{ action: 'oss:DeleteCname' }],
  body: 'bytes',
  bodyBytesMax: BUCKET_CONFIGURATION_BYTES_MAX,
  input,
  handle({ bucket, body }, { store }, { request }) {
    requireBucket(store, bucket);
    domainOf(body, request.headers);
  },
  encode: () => ({ status: 200 }),
});

function tokenReply(
  bucket: string,
  { Cname, Token, ExpiresAtMs }: { Cname: string; Token: string; ExpiresAtMs: number },
) {
  return xmlReply('CnameToken', { Bucket: bucket, Cname, Token, ExpireTime: headerTime(ExpiresAtMs) });
}

export const bucketCname = [PutCname, ListCname, DeleteCname, CreateCnameToken, GetCnameToken];
