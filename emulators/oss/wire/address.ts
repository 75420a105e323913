/** Which bucket and object a request names: from Host and path, in every form that official clients send. */
import type { WireRequest } from '../../../src/kernel/wire.ts';
import type { OssResource } from '../../../src/signing/oss-resource.ts';
import { OssError } from '../errors.ts';

export interface AddressOptions {
  /** Hosts below which a label names a bucket: `localhost`, a wildcard name that resolves to this machine. Lower case. */
  domains: readonly string[];
}

/** The real service's own hosts: clients on an IP endpoint still send them. */
const ALIYUN_HOST = /^(?:(.*)\.)?(?:oss-[a-z0-9-]+|[a-z0-9-]+\.oss)\.aliyuncs\.com$/;
/**
 * An address, and the bucket that alibabacloud-gateway-oss (Terraform's resources of parts of a bucket) puts before it. No
 * resolver knows such a name, but a proxy is sent it.
 */
const IPV4_HOST = /^(?:([^.]+)\.)?\d{1,3}(?:\.\d{1,3}){3}$/;

/**
 * Every reading of the address, likeliest first; there is more than one only where the signature has to decide.
 * ali-oss with an IP endpoint and `sldEnable` names the bucket in Host and again in the path: that could also be a key that
 * starts with the bucket's name.
 */
export function readAddress(request: Pick<WireRequest, 'headers' | 'rawPath'>, options: AddressOptions): OssResource[] {
  const bucket = bucketOfHost(request.headers.host ?? '', options.domains);
  const path = decodePath(request.rawPath);
  if (bucket === undefined) return [pathStyle(path)];

  const virtual: OssResource = path === '' ? { bucket } : { bucket, key: path };
  if (path !== bucket && !path.startsWith(`${bucket}/`)) return [virtual];
  return [virtual, pathStyle(path)];
}

/** The bucket a Host names; undefined when the path has to say it. */
function bucketOfHost(host: string, domains: readonly string[]): string | undefined {
  const name = withoutPort(host.toLowerCase());
  if (name === '' || name.startsWith('[')) return undefined;
  const address = IPV4_HOST.exec(name);
  if (address) return address[1];
  // ali-oss lists buckets on an IP endpoint with Host `.oss-cn-hangzhou.aliyuncs.com`: an empty label is no bucket.
  if (name.endsWith('.aliyuncs.com')) return ALIYUN_HOST.exec(name.replace(/^\./, ''))?.[1] || undefined;
  for (const domain of domains) {
    if (name.length > domain.length && name.endsWith(domain) && name[name.length - domain.length - 1] === '.')
      return name.slice(0, -domain.length - 1) || undefined;
  }
  return undefined;
}

function withoutPort(host: string): string {
  if (host.startsWith('[')) return host;
  const colon = host.indexOf(':');
  return colon < 0 ? host : host.slice(0, colon);
}

function pathStyle(path: string): OssResource {
  if (path === '') return {};
  const slash = path.indexOf('/');
  if (slash < 0) return { bucket: path };
  const key = path.slice(slash + 1);
  return key === '' ? { bucket: path.slice(0, slash) } : { bucket: path.slice(0, slash), key };
}

const ESCAPE_OR_PERCENT = /%(?:[0-9a-fA-F]{2})?/g;

/** Decodes once, without the leading slash: no `.`, `..` or `//` is touched, `+` stays, and `%2F` is a slash like any other. */
function decodePath(rawPath: string): string {
  const path = rawPath.startsWith('/') ? rawPath.slice(1) : rawPath;
  if (!path.includes('%')) return path;
  const broken = path.match(ESCAPE_OR_PERCENT)?.find((found) => found.length !== 3);
  try {
    if (broken === undefined) return decodeURIComponent(path);
  } catch {
    // Well-formed escapes that are no UTF-8: the same refusal.
  }
  throw new OssError('InvalidObjectName', {
    key: path,
    ec: '0016-00000002',
    message: 'The specified object is not valid. The path is not percent-encoded UTF-8.',
  });
}
