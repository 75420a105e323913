/** RAM and STS alone on a port of the system's choice, and ways to call them that no SDK has. */

import { createEdge } from '../../src/gateway/edge.ts';
import { startServer } from '../../src/gateway/server.ts';
import { createClock } from '../../src/kernel/clock.ts';
import { createIds } from '../../src/kernel/ids.ts';
import { createLogger } from '../../src/kernel/logger.ts';
import { signRpcV1 } from '../../src/signing/rpc-v1.ts';
import type { SigningCredentials } from '../../src/signing/signed-request.ts';
import { KEY, openRamRoom, type RamRoom, type RamRoomOptions } from './ram-room.ts';

export interface RamServer extends RamRoom {
  /** `127.0.0.1:PORT`, as SDKs want it. */
  endpoint: string;
}

export async function startRamServer(options: RamRoomOptions = {}): Promise<RamServer> {
  const room = await openRamRoom(options);
  const host = createClock();
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    edge: createEdge({ ram: room.ram.emulator.handle }),
    console: (_request, response) => response.writeHead(404).end(),
    clock: host,
    logger: createLogger({ clock: host, out: process.stderr, level: 'error', format: 'human' }),
  });
  return {
    ...room,
    endpoint: server.endpoint,
    async close() {
      await server.close(0);
      await room.close();
    },
  };
}

export interface RpcCallOptions {
  method?: 'GET' | 'POST';
  credentials?: SigningCredentials;
  atMs?: number;
  nonce?: string;
  /** Everything in the form, as ali-oss and pop-core POST it. */
  inForm?: boolean;
}

const host = createClock();
const ids = createIds(host);

/** One call in the older signature, signed by our own signer. */
export function callRpc(
  endpoint: string,
  parameters: Readonly<Record<string, string>>,
  {
    method = 'POST',
    credentials = KEY,
    atMs = host.hostNowMs(),
    nonce = ids.uuid(),
    inForm = false,
  }: RpcCallOptions = {},
): Promise<Response> {
  const own = Object.entries({ Version: '2015-04-01', Format: 'JSON', ...parameters });
  const all = [...own, ...signRpcV1({ method, parameters: own, credentials, atMs, nonce })];
  const text = all.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
  if (!inForm) return fetch(`http://${endpoint}/?${text}`, { method });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return fetch(`http://${endpoint}/`, { method: 'POST', headers, body: text });
}
