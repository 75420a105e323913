/** The retention and the hold of one version of an object. */
import { OssError } from '../errors.ts';
import { BUCKET_CONFIGURATION_BYTES_MAX } from '../limits.ts';
import { putHold, putRetention } from '../service/object-lock.ts';
import { requireObject } from '../service/read-object.ts';
import { BYPASS_RULE, readBypass, readHold, readRetention, retentionXml } from '../wire/object-lock-xml.ts';
import { versionHeaders } from '../wire/object-reply.ts';
import { readXmlBody } from '../wire/xml-body.ts';
import { bytesBody, operation, versionInput, versionOf, xmlReply } from './operation.ts';

const written = () => versionInput.extend({ body: bytesBody });

const PutObjectRetention = operation({
  name: 'PutObjectRetention',
  match: { method: 'PUT', path: '/{bucket}/{key+}', query: ['retention'] },
  ram: [{ action: 'oss:PutObjectRetention' }, BYPASS_RULE],
  body: 'bytes',
  bodyBytesMax: BUCKET_CONFIGURATION_BYTES_MAX,
  input: written,
  handle(input, services, { request: { headers }, now }) {
    requireObject(services.store, versionOf(input));
    const retention = readRetention(readXmlBody({ bytes: input.body, headers, root: 'Retention' }));
    const bypassesGovernance = readBypass(headers);
    return putRetention(services, versionOf(input), { retention, bypassesGovernance, nowMs: now.getTime() });
  },
  encode: (record) => ({ status: 200, headers: versionHeaders(record) }),
});

const GetObjectRetention = operation({
  name: 'GetObjectRetention',
  match: { method: 'GET', path: '/{bucket}/{key+}', query: ['retention'] },
  ram: [{ action: 'oss:GetObjectRetention' }],
  input: versionInput,
  handle(input, { store }) {
    const record = requireObject(store, versionOf(input));
    const retention = record.lock?.retention;
    // UNVERIFIED OSS-201: what is answered of an object without a retention.
    if (!retention) throw new OssError('NoSuchWORMConfiguration', { key: input.key });
    return { record, retention };
  },
  encode: ({ record, retention }) => xmlReply('Retention', retentionXml(retention), versionHeaders(record)),
});

const PutObjectLegalHold = operation({
  name: 'PutObjectLegalHold',
  match: { method: 'PUT', path: '/{bucket}/{key+}', query: ['legalHold'] },
  ram: [{ action: 'oss:PutObjectLegalHold' }],
  body: 'bytes',
  bodyBytesMax: BUCKET_CONFIGURATION_BYTES_MAX,
  input: written,
  handle(input, services, { request: { headers } }) {
    requireObject(services.store, versionOf(input));
    const isHeld = readHold(readXmlBody({ bytes: input.body, headers, root: 'LegalHold' }));
    return putHold(services, versionOf(input), isHeld);
  },
  encode: (record) => ({ status: 200, headers: versionHeaders(record) }),
});

const GetObjectLegalHold = operation({
  name: 'GetObjectLegalHold',
  match: { method: 'GET', path: '/{bucket}/{key+}', query: ['legalHold'] },
  ram: [{ action: 'oss:GetObjectLegalHold' }],
  input: versionInput,
  handle: (input, { store }) => requireObject(store, versionOf(input)),
  encode: (record) => xmlReply('LegalHold', { Status: record.lock?.isHeld ? 'ON' : 'OFF' }, versionHeaders(record)),
});

export const objectLocks = [PutObjectRetention, GetObjectRetention, PutObjectLegalHold, GetObjectLegalHold];
