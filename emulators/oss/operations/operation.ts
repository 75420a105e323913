/** What all operations of this room share: the row maker, the two kinds of input, and where a change came from. */
import { z } from 'zod';
import { type Call, operationsOf } from '../../../src/kernel/operation.ts';
import type { WireReply } from '../../../src/kernel/wire.ts';
import { renderXml, type XmlValue } from '../../../src/protocols/xml.ts';
import type { Callback } from '../service/callback.ts';
import type { Origin } from '../service/facts.ts';
import type { OssServices } from '../service/services.ts';
import type { AuthorizeRead } from '../service/symlinks.ts';
import type { VersionRef } from '../store/object-store.ts';
import { ossArn } from '../wire/dialect.ts';
import { versionQuery } from '../wire/version-query.ts';

export const operation = operationsOf<OssServices>();

export const bucketInput = z.object({ bucket: z.string() });
export const objectInput = z.object({ bucket: z.string(), key: z.string() });
export const versionInput = objectInput.extend({ query: versionQuery });
/** A body that is read whole before the operation looks into it. */
export const bytesBody = z.instanceof(Uint8Array);

/** The version that a call on an object names, or the current one. */
export function versionOf({ bucket, key, query: { versionId } }: z.output<typeof versionInput>): VersionRef {
  return { bucket, key, versionId };
}

/** With the custom variables of the callback that the call asks for, if it does. */
export function originOf({ requestId, principal, now, request }: Call, callback?: Callback): Origin {
  const origin = { requestId, principal, sourceIp: request.remoteAddress, atMs: now.getTime(), told: 0 };
  return callback && callback.custom.size > 0 ? { ...origin, variables: Object.fromEntries(callback.custom) } : origin;
}

/** Asks whether the caller may read an object that only the handling of the call has named. */
export function readerOf({ accountId }: OssServices, call: Call): AuthorizeRead {
  return ({ bucket, key, versionId }) => {
    call.authorize('oss:GetObject', ossArn(accountId, bucket, key));
    if (versionId !== undefined) call.authorize('oss:GetObjectVersion', ossArn(accountId, bucket, key));
  };
}

export function xmlReply(root: string, value: XmlValue, headers: Record<string, string> = {}): WireReply {
  return { status: 200, headers: { 'Content-Type': 'application/xml', ...headers }, body: renderXml(root, value) };
}
