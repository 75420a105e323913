/** The certificate of the key that calls of HTTP targets are signed with, for receivers that check who calls them. */
import type { WireReply, WireRequest } from '../../../src/kernel/wire.ts';
import type { SigningKey } from '../store/signing-key.ts';

/** Among the data plane's paths: what is under our own asks for a host name, and receivers may know this machine by another. */
const CERTIFICATE_PATH = '/openapi/x509_public_certificate.pem';

/** `endpoint` is where the stack listens: `http://127.0.0.1:9580`. */
export function certificateUrl(endpoint: string): string {
  return `${endpoint}${CERTIFICATE_PATH}`;
}

export function asksForCertificate({ method, rawPath }: WireRequest): boolean {
  return rawPath === CERTIFICATE_PATH && (method === 'GET' || method === 'HEAD');
}

/** To anybody: it is public, and receivers have no key of ours. */
export async function certificateReply({ method }: WireRequest, key: () => Promise<SigningKey>): Promise<WireReply> {
  const { certificatePem } = await key();
  const headers = { 'Content-Type': 'application/x-pem-file', 'Content-Length': String(certificatePem.length) };
  return method === 'HEAD' ? { status: 200, headers } : { status: 200, headers, body: certificatePem };
}
