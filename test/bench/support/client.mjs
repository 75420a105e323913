// The measuring client: one kept connection, signed calls, and the admin API.
import { randomBytes } from 'node:crypto';
import http from 'node:http';
import { pathToFileURL } from 'node:url';
import { bundle } from './bundle.mjs';

/** The product's own signers, so that no SDK's overhead is measured. */
const signers = await bundle(`export { signAcs3 } from './src/signing/acs3.ts';
export { signEventBridgeData } from './src/signing/eventbridge-data.ts';
export { signOssV4 } from './src/signing/oss-v4-signature.ts';`);
const { signAcs3, signEventBridgeData, signOssV4 } = await import(pathToFileURL(signers).href);

/** One call at a time over one connection. `call` answers { status, headers, body, answeredNs }. */
export function openClient(endpoint) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const { hostname, port } = new URL(endpoint);
  const call = ({ method = 'GET', path: target, headers = {}, body }) =>
    new Promise((resolve, reject) => {
      const request = http.request({ agent, hostname, port, method, path: target, headers }, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode,
            headers: response.headers,
            body: Buffer.concat(chunks),
            answeredNs: process.hrtime.bigint(),
          }),
        );
      });
      request.on('error', reject);
      request.end(body);
    });
  return { call, close: () => agent.destroy() };
}

/** Throws what the server said when it said no. */
export function succeeded(answer) {
  const error = answer.headers['x-fc-error-type'];
  if (answer.status >= 300 || error) throw new Error(`${answer.status} ${error ?? ''} ${answer.body.toString()}`);
  return answer;
}

/** PutObject where there is a body, GetObject where there is none; signed V4, in path style. */
export function objectRequest({ endpoint, credentials, region }, { bucket, key, body, sizeBytes = body?.length }) {
  const method = sizeBytes === undefined ? 'GET' : 'PUT';
  const content = sizeBytes === undefined ? {} : { 'content-type': 'application/octet-stream' };
  const length = sizeBytes === undefined ? {} : { 'content-length': String(sizeBytes) };
  const signing = { method, resource: { bucket, key }, headers: content, credentials, region, atMs: Date.now() };
  const headers = { host: new URL(endpoint).host, ...content, ...length, ...signOssV4(signing) };
  return { method, path: `/${bucket}/${key}`, headers, body };
}

/** PutEvents on the data plane, as the SDK signs it. */
export function putEventsRequest({ endpoint, credentials }, events) {
  const rawPath = '/openapi/putEvents';
  const body = Buffer.from(JSON.stringify(events));
  const content = { 'content-type': 'application/cloudevents-batch+json; charset=utf-8' };
  const request = { method: 'POST', rawPath, rawQuery: '', query: [] };
  const nonce = randomBytes(16).toString('hex');
  const signed = signEventBridgeData({ request, headers: content, credentials, atMs: Date.now(), nonce });
  const headers = { host: new URL(endpoint).host, ...content, 'content-length': String(body.length), ...signed };
  return { method: 'POST', path: rawPath, headers, body };
}

/** An operation of EventBridge's control plane, parameters in the query, signed ACS3. */
export function controlRequest({ endpoint, credentials }, action, parameters) {
  const { host } = new URL(endpoint);
  const rawQuery = new URLSearchParams(parameters).toString().replaceAll('+', '%20');
  const signed = signAcs3({
    ...{
      method: 'POST',
      rawPath: '/',
      rawQuery,
      query: Object.entries(parameters),
      headers: { host },
      body: Buffer.alloc(0),
    },
    ...{ action, version: '2020-04-01', credentials, atMs: Date.now(), nonce: randomBytes(16).toString('hex') },
  });
  return { method: 'POST', path: `/?${rawQuery}`, headers: { host, 'content-length': '0', ...signed } };
}

/** ListObjectsV2, signed V4. */
export function listRequest({ endpoint, credentials, region }, { bucket, query }) {
  const pairs = Object.entries(query);
  const signed = signOssV4({
    method: 'GET',
    resource: { bucket },
    query: pairs,
    credentials,
    region,
    atMs: Date.now(),
  });
  const search = pairs.map((pair) => pair.map(encodeURIComponent).join('=')).join('&');
  return { method: 'GET', path: `/${bucket}/?${search}`, headers: { host: new URL(endpoint).host, ...signed } };
}

export function invokeRequest({ endpoint, credentials }, functionName, body = '') {
  const rawPath = `/2023-03-30/functions/${functionName}/invocations`;
  const headers = { host: new URL(endpoint).host, 'content-type': 'application/octet-stream' };
  const signed = signAcs3({
    method: 'POST',
    rawPath,
    headers,
    body,
    action: 'InvokeFunction',
    version: '2023-03-30',
    credentials,
    atMs: Date.now(),
    nonce: randomBytes(16).toString('hex'),
  });
  const length = { 'content-length': String(Buffer.byteLength(body)) };
  return { method: 'POST', path: rawPath, headers: { ...headers, ...length, ...signed }, body };
}

export async function admin(client, target) {
  return JSON.parse(succeeded(await client.call({ path: `/_localyun/${target}` })).body.toString());
}
