/** Reads an object, or a range of it; where the bucket is a website, also what stands in for one that is missing. */
import { type AtOnce, andThen } from '../../../src/kernel/at-once.ts';
import type { Call } from '../../../src/kernel/operation.ts';
import { isTracked, noteRead } from '../service/access-time.ts';
import { getObject, type ReadAnswer } from '../service/read-object.ts';
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
  handle(input, services, call): AtOnce<Visited<Found>> {
    const { request } = call;
    const ref = versionOf(input);
    const site = websiteOf(services.store, ref.bucket);
    if (!site) return andThen(read(services, call, ref), (found) => ({ found }));
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

function read(services: OssServices, call: Call, ref: VersionRef): AtOnce<Found> {
  const { headers } = call.request;
  const found = getObject(services, {
    bucket: ref.bucket,
    key: ref.key,
    versionId: ref.versionId,
    authorizeRead: readerOf(services, call),
    nowMs: call.now.getTime(),
    conditions: readConditions(headers),
    range: headers.range,
    isStandardRange: headers['x-oss-range-behavior'] === 'standard',
  });
  return andThen(found, (answer) => {
    if (!isTracked(services.store, ref.bucket)) return withExpiration(services, answer);
    return noteRead(services, { ref, record: answer.record }, originOf(call)).then(() =>
      withExpiration(services, answer),
    );
  });
}

function withExpiration({ store }: OssServices, { record, range, bytes }: ReadAnswer): Found {
  return { record, range, bytes, expiration: expirationHeaders(store, record) };
}
