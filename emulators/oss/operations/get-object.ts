/** Reads an object, or a range of it; where the bucket is a website, also what stands in for one that is missing. */
import type { Call } from '../../../src/kernel/operation.ts';
import { isTracked, noteRead } from '../service/access-time.ts';
import { getObject } from '../service/read-object.ts';
import type { OssServices } from '../service/services.ts';
import type { VersionRef } from '../store/object-store.ts';
import { expirationHeaders } from '../wire/expiration.ts';
import { readConditions } from '../wire/object-headers.ts';
import { type Found, readReply } from '../wire/read-reply.ts';
import { type Visited, visitSite, websiteOf } from '../wire/website-visit.ts';
import { operation, originOf, readerOf, versionInput, versionOf } from './operation.ts';

export const GetObject = operation({
  name: 'GetObject',
  match: { method: 'GET', path: '/{bucket}/{key+}' },
  ram: [{ action: 'oss:GetObject' }, { action: 'oss:GetObjectVersion', query: 'versionId' }],
  input: versionInput,
  async handle(input, services, call): Promise<Visited<Found>> {
    const { request } = call;
    const ref = versionOf(input);
    const site = websiteOf(services.store, ref.bucket);
    if (!site) return { found: await read(services, call, ref) };
    return visitSite({
      site,
      ref,
      request,
      read: () => read(services, call, ref),
      readInstead(key) {
        readerOf(services, call)({ bucket: ref.bucket, key });
        return read(services, call, { bucket: ref.bucket, key });
      },
    });
  },
  encode(visited, _input, call) {
    if ('location' in visited) return { status: visited.status, headers: { Location: visited.location } };
    const reply = readReply(visited.found, call);
    return visited.status === undefined ? reply : { ...reply, status: visited.status };
  },
});

async function read(services: OssServices, call: Call, ref: VersionRef): Promise<Found> {
  const { headers } = call.request;
  const found = await getObject(services, {
    bucket: ref.bucket,
    key: ref.key,
    versionId: ref.versionId,
    authorizeRead: readerOf(services, call),
    nowMs: call.now.getTime(),
    conditions: readConditions(headers),
    range: headers.range,
    isStandardRange: headers['x-oss-range-behavior'] === 'standard',
  });
  const { record, range, bytes } = found;
  if (isTracked(services.store, ref.bucket)) await noteRead(services, { ref, record }, originOf(call));
  return { record, range, bytes, expiration: expirationHeaders(services.store, record) };
}
