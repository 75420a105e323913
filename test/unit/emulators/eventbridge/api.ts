/** Calls of the room's API without a socket, signed. */
import { Readable } from 'node:stream';
import type { WireRequest } from '../../../../src/kernel/wire.ts';
import { signRpcV1 } from '../../../../src/signing/rpc-v1.ts';
import { type Answer, answerOf, type Data, dataOf } from '../../../support/eventbridge-answers.ts';
import { wireRequest } from '../../../support/wire-request.ts';
import { KEY, type Room } from './room.ts';

let nonce = 0;

export interface Reply {
  status: number;
  body: Answer;
}

/** As terraform-provider-alicloud sends it: everything in the form, signed with HMAC-SHA1. */
export async function call(
  room: Room,
  Action: string,
  parameters: Record<string, string> = {},
  key = KEY,
): Promise<Reply> {
  const own = Object.entries({ Action, Version: '2020-04-01', Format: 'JSON', ...parameters });
  const atMs = room.clock.hostNowMs();
  const added = signRpcV1({ method: 'POST', parameters: own, credentials: key, atMs, nonce: `n${nonce++}` });
  const form = [...own, ...added].map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return send(room, {
    headers: { host: '127.0.0.1:9580', 'content-type': 'application/x-www-form-urlencoded' },
    body: Readable.from([Buffer.from(form.join('&'))]),
  });
}

/** What a call that goes well answers. */
export async function ask(room: Room, action: string, parameters: Record<string, string> = {}): Promise<Data> {
  return dataOf((await call(room, action, parameters)).body);
}

export async function send(room: Room, changes: Partial<WireRequest>): Promise<Reply> {
  const reply = await room.bridge.emulator.handle(wireRequest(changes));
  return { status: reply.status, body: answerOf(JSON.parse(String(reply.body))) };
}
