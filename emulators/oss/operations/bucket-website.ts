/** Put, read and delete a bucket's website configuration. */
import { type Read, shapeXml } from '../wire/document-shape.ts';
import { WEBSITE, website } from '../wire/website-shape.ts';
import { type BucketDocument, deleteRow, getRow, putRow } from './bucket-document.ts';

const document: BucketDocument<Read<typeof website>> = {
  name: 'Website',
  subresource: 'website',
  kind: WEBSITE,
  root: 'WebsiteConfiguration',
  read: (content) => website.read(content, 'WebsiteConfiguration'),
  write: shapeXml,
};

export const bucketWebsite = [putRow(document), getRow(document, 'NoSuchWebsiteConfiguration'), deleteRow(document)];
