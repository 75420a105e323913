/** Calls application servers for uploads that ask for it: signed, held to five seconds and to a short JSON answer. */
import { Buffer } from 'node:buffer';
import { sign } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import { createOutgoingCalls, type OpenCall } from '../../../src/kernel/outgoing-calls.ts';
import type { Principal } from '../../../src/kernel/principal.ts';
import { decodePercent } from '../../../src/signing/signed-request.ts';
import { CALLBACK_ANSWER_BYTES_MAX, CALLBACK_HOST_TIMEOUT_MS, CALLBACK_TIMEOUT_MS, CALLBACKS_MAX } from '../limits.ts';
import type { CallbackAnswer, CallbackCall, CallbackSender } from '../service/callback.ts';
import type { CallbackKey } from '../store/callback-key.ts';

export interface CallbackSenderNeeds {
  clock: Clock;
  logger: Logger;
  accountId: string;
  key(): Promise<CallbackKey>;
  /** Where that key's public half can be had. */
  publicKeyUrl(): string;
}

export interface Callbacks {
  send: CallbackSender;
  /** Breaks off what is under way. */
  close(): void;
}

/** Help pages "HTTP status code 203" and "Callback". */
const MESSAGES = {
  tooMany: 'Too many callback requests.',
  tooLate: 'Cost too long time.',
  unreachable: 'Error status : -1.OSS can not connect to your callbackUrl, please check it.',
  noLength: 'Error Status : 400.User server missing content-length.',
  tooLong: 'Error Status : 400.User server return too long content-length value.',
  noJson: 'Response body is not valid json format.',
};

class Failed extends Error {}

export function createCallbacks(needs: CallbackSenderNeeds): Callbacks {
  const { clock, logger } = needs;
  const calls = createOutgoingCalls(clock);

  async function attempt(call: CallbackCall, open: OpenCall): Promise<Buffer> {
    const { url, body, namesServer } = call;
    const headers = await headersOf(needs, call);
    const servername = namesServer ? url.hostname : '';
    return readAnswer(await open({ method: 'POST', url, headers, body, servername }));
  }

  async function send(call: CallbackCall): Promise<CallbackAnswer> {
    if (calls.running() >= CALLBACKS_MAX) return { ok: false, message: MESSAGES.tooMany };
    const late = new Failed(MESSAGES.tooLate);
    const time = { timeoutMs: CALLBACK_TIMEOUT_MS, hostTimeoutMs: CALLBACK_HOST_TIMEOUT_MS, late };
    try {
      return { ok: true, body: await calls.within(time, (open) => attempt(call, open)) };
    } catch (error) {
      const isKnown = error instanceof Failed;
      const message = isKnown ? error.message : MESSAGES.unreachable;
      const facts = { url: call.url.href, requestId: call.origin.requestId, reason: message };
      logger.warn('A callback failed; the upload stands.', isKnown ? facts : { ...facts, error });
      return { ok: false, message };
    }
  }

  return {
    send,
    close() {
      calls.close(new Failed(MESSAGES.unreachable));
    },
  };
}

/** Help page "Callback": the decoded path, the query as it is, a newline, the body. */
export function stringToSign({ url, body }: Pick<CallbackCall, 'url' | 'body'>): string {
  return `${decodePercent(url.pathname)}${url.search}\n${body}`;
}

/** UNVERIFIED OSS-241: the x-oss-* headers besides the key's URL, which were seen in the wild and are not documented. */
async function headersOf(needs: CallbackSenderNeeds, call: CallbackCall): Promise<OutgoingHttpHeaders> {
  const { url, host, body, bodyType, additionalHeaders, bucket, origin } = call;
  const key = await needs.key();
  const signature = sign('RSA-MD5', Buffer.from(stringToSign(call), 'utf8'), key.private);
  return {
    ...additionalHeaders,
    Host: host ?? url.host,
    Connection: 'close',
    'Content-Length': Buffer.byteLength(body),
    'Content-Type': bodyType,
    'User-Agent': 'http-client/0.0.1',
    authorization: signature.toString('base64'),
    'x-oss-pub-key-url': Buffer.from(needs.publicKeyUrl(), 'utf8').toString('base64'),
    'x-oss-bucket': bucket,
    'x-oss-owner': needs.accountId,
    'x-oss-request-id': origin.requestId,
    'x-oss-requester': requesterOf(origin.principal),
    'x-oss-signature-version': '1.0',
    'x-oss-tag': 'CALLBACK',
    'x-oss-additional-headers': Object.keys(additionalHeaders).join(';'),
  };
}

function requesterOf(principal: Principal): string {
  switch (principal.type) {
    case 'anonymous':
      return '';
    case 'account':
      return principal.accountId;
    case 'user':
      return principal.userId;
    case 'role':
      return principal.roleId;
  }
}

async function readAnswer(response: IncomingMessage): Promise<Buffer> {
  try {
    const { statusCode } = response;
    if (statusCode !== 200) throw new Failed(`Error status : ${statusCode}.`);
    const announced = response.headers['content-length'];
    if (announced === undefined) throw new Failed(MESSAGES.noLength);
    if (Number(announced) > CALLBACK_ANSWER_BYTES_MAX) throw new Failed(MESSAGES.tooLong);
    const chunks: Uint8Array[] = [];
    for await (const chunk of response as AsyncIterable<Uint8Array>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    if (!isJson(body)) throw new Failed(MESSAGES.noJson);
    return body;
  } finally {
    response.destroy();
  }
}

function isJson(body: Buffer): boolean {
  try {
    JSON.parse(body.toString('utf8'));
    return true;
  } catch {
    // That it is none is all that is asked.
    return false;
  }
}
