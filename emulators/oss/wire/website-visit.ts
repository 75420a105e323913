/** A visit to a bucket that is a website: rules first, then the object, then what stands in for one that is missing. */
import type { AtOnce } from '../../../src/kernel/at-once.ts';
import { describeError } from '../../../src/kernel/service-error.ts';
import type { WireRequest } from '../../../src/kernel/wire.ts';
import { percentEncodePath } from '../../../src/signing/canonical.ts';
import { recogniseOss } from '../../../src/signing/oss.ts';
import type { OssResource } from '../../../src/signing/oss-resource.ts';
import { OssError, ossErrors } from '../errors.ts';
import { documentOf } from '../service/documents.ts';
import { findRule, indexKey, pageBelow, type RoutingRule, replacedKey, type Website } from '../service/website.ts';
import type { ObjectRef, ObjectStore } from '../store/object-store.ts';
import { WEBSITE } from './website-shape.ts';

/** What is found, maybe under a status of its own; or where to look instead. */
export type Visited<Found> = { found: Found; status?: number } | { location: string; status: number };

export interface Visit<Found> {
  site: Website;
  ref: ObjectRef;
  request: Pick<WireRequest, 'rawPath' | 'rawQuery' | 'headers'>;
  /** Reads what was asked for. */
  read(): AtOnce<Found>;
  /** Reads another object in its place, if the caller may. */
  readInstead(key: string): AtOnce<Found>;
}

export function websiteOf(store: ObjectStore, bucket: string): Website | undefined {
  return documentOf(store, WEBSITE, bucket);
}

const LISTING = new Set(['prefix', 'marker', 'delimiter', 'max-keys', 'encoding-type', 'list-type', 'start-after']);

/**
 * A folder's address, as a browser asks for it, is its page's. UNVERIFIED OSS-120: for signed calls a listing stays one, and
 * an object that is called like a folder is itself.
 */
export function pageOf(
  store: ObjectStore,
  request: WireRequest,
  { resource, subresources }: { resource: OssResource; subresources: ReadonlySet<string> },
): OssResource {
  const { bucket, key = '' } = resource;
  if (bucket === undefined || (key !== '' && !key.endsWith('/'))) return resource;
  if (request.method !== 'GET' && request.method !== 'HEAD') return resource;
  const site = websiteOf(store, bucket);
  const page = site && indexKey(site, key);
  if (page === undefined || recogniseOss(request) !== undefined) return resource;
  const isOther = request.query.some(([name]) => subresources.has(name) || (key === '' && LISTING.has(name)));
  return isOther ? resource : { bucket, key: page };
}

export async function visitSite<Found>(visit: Visit<Found>): Promise<Visited<Found>> {
  const { site, ref, request } = visit;
  const first = findRule(site, { key: ref.key, headers: request.headers, status: undefined });
  if (first) return follow(first, visit);
  try {
    return { found: await visit.read() };
  } catch (error) {
    if (!(error instanceof OssError)) throw error;
    const { status } = describeError(error, ossErrors);
    const rule = findRule(site, { key: ref.key, headers: request.headers, status });
    if (rule) return follow(rule, visit);
    const instead = status === 404 ? await standIn(visit) : undefined;
    if (!instead) throw error;
    return instead;
  }
}

async function standIn<Found>({ site, ref, request, readInstead }: Visit<Found>): Promise<Visited<Found> | undefined> {
  const index = indexKey(site, ref.key);
  const page = index === undefined ? pageBelow(site, ref.key) : { key: index, isRedirect: false };
  const found = page && (await readIfThere(() => readInstead(page.key)));
  if (found && page.isRedirect) return { status: 302, location: `${request.rawPath}/` };
  if (found) return found;

  const { ErrorDocument } = site;
  if (!ErrorDocument) return undefined;
  const shown = await readIfThere(() => readInstead(ErrorDocument.Key));
  return shown && { ...shown, status: ErrorDocument.HttpStatus ?? 404 };
}

/** A page that is missing itself, or closed to this caller, stands in for nothing. */
async function readIfThere<Found>(read: () => AtOnce<Found>): Promise<{ found: Found } | undefined> {
  try {
    return { found: await read() };
  } catch (error) {
    if (error instanceof OssError) return undefined;
    throw error;
  }
}

/** Help page "PutBucketWebsite". UNVERIFIED OSS-130: the status of a redirect that names none. */
async function follow<Found>(rule: RoutingRule, visit: Visit<Found>): Promise<Visited<Found>> {
  const { RuleNumber, Redirect } = rule;
  const script = rule.LuaConfig?.Script;
  const { RedirectType = 'External' } = Redirect ?? {};
  if (script || !Redirect || RedirectType === 'Mirror')
    throw new OssError('NotImplemented', {
      message: `Routing rule ${RuleNumber} of bucket ${visit.ref.bucket} ${script ? 'runs a script' : 'mirrors from an origin'}: this is not served yet.`,
    });
  const key = replacedKey(rule, visit.ref.key);
  if (RedirectType === 'Internal') return { found: await visit.readInstead(key) };
  const base =
    Redirect.HostName === undefined ? ownBase(visit) : `${Redirect.Protocol ?? 'http'}://${Redirect.HostName}/`;
  const { rawQuery } = visit.request;
  const query = Redirect.PassQueryString && rawQuery !== '' ? `?${rawQuery}` : '';
  return { status: Redirect.HttpRedirectCode ?? 302, location: `${base}${percentEncodePath(key)}${query}` };
}

/** Without a host of its own a redirect stays in the bucket, in the way the visitor named it. */
function ownBase({ ref, request }: Pick<Visit<unknown>, 'ref' | 'request'>): string {
  return request.rawPath.startsWith(`/${ref.bucket}/`) && !ref.key.startsWith(`${ref.bucket}/`)
    ? `/${ref.bucket}/`
    : '/';
}
