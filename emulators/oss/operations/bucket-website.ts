/** Put, read and delete a bucket's website configuration. */
import { type Read, shapeXml } from '../wire/document-shape.ts';
import { WEBSITE, website } from '../wire/website-shape.ts';
import { type BucketDocument, deleteRow, getRow, putRow } from './bucket-document.ts';

const document: BucketDocument<Read<typeof website>> = {
  name: 'BucketWebsite',
  subresource: 'website',
  kind: WEBSITE,
  root: 'WebsiteConfiguration',
  read: (content) => withMirrorsQuery(withoutEmptyPage(website.read(content, 'WebsiteConfiguration'))),
  write: shapeXml,
};

function withoutEmptyPage(document: Read<typeof website>): Read<typeof website> {
  if (document.ErrorDocument?.Key === '') document.ErrorDocument = undefined;
  return document;
}

/** oss2 2.19 tests: a rule that mirrors passes the query on, or not, by one setting under two names. */
function withMirrorsQuery(document: Read<typeof website>): Read<typeof website> {
  for (const { Redirect } of document.RoutingRules?.RoutingRule ?? [])
    if (Redirect?.RedirectType === 'Mirror' && Redirect.MirrorPassQueryString !== undefined)
      Redirect.PassQueryString = Redirect.MirrorPassQueryString;
  return document;
}

export const bucketWebsite = [putRow(document), getRow(document, 'NoSuchWebsiteConfiguration'), deleteRow(document)];
