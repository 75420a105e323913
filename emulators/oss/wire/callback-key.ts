/** The public half of the callbacks' key, for application servers that check who calls them. */
import type { WireReply, WireRequest } from '../../../src/kernel/wire.ts';
import type { CallbackKey } from '../store/callback-key.ts';
import { type AddressOptions, readAddress } from './address.ts';

/** As at the real service's `gosspublic.alicdn.com`. No bucket can have this name. */
const PUBLIC_KEY_NAME = 'callback_pub_key_v1.pem';
const PUBLIC_KEY_PATH = `/${PUBLIC_KEY_NAME}`;

export function publicKeyUrl(endpoint: string): string {
  return `http://${endpoint}${PUBLIC_KEY_PATH}`;
}

/** Under any host name that is no bucket's, so that the real service's may be mapped to this machine. */
export function asksForPublicKey(request: WireRequest, options: AddressOptions): boolean {
  if (request.rawPath !== PUBLIC_KEY_PATH || (request.method !== 'GET' && request.method !== 'HEAD')) return false;
  return readAddress(request, options)[0]?.bucket === PUBLIC_KEY_NAME;
}

export async function publicKeyReply({ method }: WireRequest, key: () => Promise<CallbackKey>): Promise<WireReply> {
  const { publicPem } = await key();
  const headers = { 'Content-Type': 'application/x-pem-file', 'Content-Length': String(publicPem.length) };
  return method === 'HEAD' ? { status: 200, headers } : { status: 200, headers, body: publicPem };
}
