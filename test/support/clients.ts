/** What tests talk to a running stack with: the official SDKs, and the admin API over plain HTTP. */
import { request } from 'node:http';
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import OSS from 'ali-oss';

const require = createRequire(import.meta.url);
const fc = require('@alicloud/fc20230330') as typeof import('@alicloud/fc20230330');
const { Config } = require('@alicloud/openapi-client') as typeof import('@alicloud/openapi-client');

/** What every client needs to know; the ready line of the command line has it all. */
export interface StackFacts {
  endpoint: string;
  region: string;
  accessKeyId: string;
  accessKeySecret: string;
}

/** The same facts of a stack that runs in this process. */
export function factsOf(stack: {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; accessKeySecret: string };
}): StackFacts {
  return { endpoint: stack.endpoint, region: stack.region, ...stack.credentials };
}

export function ossClient(
  { endpoint, region, accessKeyId, accessKeySecret }: StackFacts,
  bucket?: string,
  more: { timeout?: number; stsToken?: string } = {},
): OSS {
  const keys = { accessKeyId, accessKeySecret };
  // Without a way to refresh a token the SDK warns on the terminal.
  const token = more.stsToken ? { refreshSTSToken: async () => ({ ...keys, stsToken: more.stsToken ?? '' }) } : {};
  // `bucket: undefined` would count as a bucket's name.
  return new OSS({
    endpoint,
    region: `oss-${region}`,
    ...keys,
    ...(bucket ? { bucket } : {}),
    authorizationV4: true,
    ...token,
    ...more,
  });
}

export interface InvokeAnswer {
  status: number;
  errorType: string | undefined;
  requestId: string;
  /** Last 4 KB of the log. */
  log: string;
  body: string;
}

export interface InvokeOptions {
  type?: 'Sync' | 'Async';
  log?: boolean;
}

/** InvokeFunction through the vendor's SDK. Rejects with the SDK's error for anything but 2xx. */
export async function invokeFunction(
  facts: StackFacts,
  functionName: string,
  event: string | Uint8Array = '',
  { type = 'Sync', log = true }: InvokeOptions = {},
): Promise<InvokeAnswer> {
  const { accessKeyId, accessKeySecret, region: regionId } = facts;
  const endpoint = new URL(facts.endpoint).host;
  const settings = { accessKeyId, accessKeySecret, regionId, endpoint, protocol: 'http' };
  const client = new fc.default(new Config(settings) as never);
  const headers = new fc.InvokeFunctionHeaders({
    xFcInvocationType: type,
    xFcLogType: log && type === 'Sync' ? 'Tail' : 'None',
  });
  // An empty stream would be sent as no body at all.
  const body = event.length > 0 ? Readable.from([Buffer.from(event)]) : undefined;
  const input = new fc.InvokeFunctionRequest(body ? { body } : {});
  const options = { readTimeout: 60_000, connectTimeout: 10_000, autoretry: false };
  const answer = await client.invokeFunctionWithOptions(functionName, input, headers, options as never);
  const answered = answer.headers ?? {};
  return {
    status: answer.statusCode ?? 0,
    errorType: answered['x-fc-error-type'],
    requestId: answered['x-fc-request-id'] ?? '',
    log: Buffer.from(answered['x-fc-log-result'] ?? '', 'base64').toString('utf8'),
    body: answer.body ? await textOf(answer.body) : '',
  };
}

async function textOf(stream: Readable): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(Buffer.from(piece as Uint8Array));
  return Buffer.concat(pieces).toString('utf8');
}

export interface AdminAnswer<Body> {
  status: number;
  body: Body;
}

export interface AdminOptions {
  method?: 'GET' | 'POST';
  body?: unknown;
  /** `host` and `origin` too, which `fetch` would not send. */
  headers?: Record<string, string>;
}

/** One call of the admin API. The type of the answer is the caller's word, which its assertions then prove. */
export function admin<Body = Record<string, unknown>>(
  endpoint: string,
  path: string,
  { method, body, headers = {} }: AdminOptions = {},
): Promise<AdminAnswer<Body>> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const sent = { ...(text === undefined ? {} : { 'content-type': 'application/json' }), ...headers };
  return new Promise((resolve, reject) => {
    const call = request(
      `${endpoint}/_localyun/${path}`,
      { method: method ?? (text === undefined ? 'GET' : 'POST'), headers: sent },
      (response) => {
        textOf(response)
          .then((answer) => resolve({ status: response.statusCode ?? 0, body: parse(answer) as Body }))
          .catch(reject);
      },
    );
    call.once('error', reject);
    call.end(text);
  });
}

/** Waits until nothing is in flight; fails with what still is. */
export async function settle({ endpoint }: { endpoint: string }, timeoutMs = 30_000): Promise<void> {
  const { status, body } = await admin<{ busy?: string[] }>(endpoint, `settled?timeoutMs=${timeoutMs}`);
  if (status !== 200) throw new Error(`Not settled after ${timeoutMs} ms: ${body.busy?.join('; ')}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The metrics are text.
    return text;
  }
}
