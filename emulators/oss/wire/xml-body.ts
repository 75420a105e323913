/** Reads an XML body after checking its Content-MD5, which other documents have, too. */
import { createHash } from 'node:crypto';
import { parseXml, type XmlContent } from '../../../src/protocols/xml.ts';
import { OssError } from '../errors.ts';

export interface XmlBody {
  bytes: Uint8Array;
  headers: Readonly<Record<string, string>>;
  root: string;
  /** The error number of this operation's MalformedXML. */
  ec?: string;
}

/** What is inside the root element, which must be the named one. */
export function readXmlBody({ bytes, headers, root, ec }: XmlBody): XmlContent {
  assertMd5(bytes, headers['content-md5']);
  const parsed = parseXml(bytes);
  if (!parsed.ok) throw malformed(parsed.reason, ec);
  if (parsed.root !== root) throw malformed(`the root node is not named ${root}.`, ec);
  return parsed.content;
}

export function malformed(errorDetail: string, ec?: string): OssError {
  return new OssError('MalformedXML', { errorDetail, ec });
}

/**
 * alibabacloud-oss-go-sdk-v2 1.5 tests: for documents younger than the service's old ones, a PUT on a bucket that is not
 * there is read as the making of it, and has a body of the wrong kind.
 */
export function assertBucketOfDocument(bucket: unknown): void {
  if (bucket === undefined) throw malformed('This is no CreateBucketConfiguration.', '0015-00000231');
}

/** Clients differ in whether they send it, so only what is sent is checked. */
export function assertMd5(bytes: Uint8Array, sent: string | undefined): void {
  if (sent === undefined) return;
  if (createHash('md5').update(bytes).digest('base64') !== sent) throw new OssError('InvalidDigest');
}
