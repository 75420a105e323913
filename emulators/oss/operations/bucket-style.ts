/** A bucket's image styles: kept, read back and listed. Images are not processed, and a request that asks for it is refused. */
import { z } from 'zod';
import { OssError } from '../errors.ts';
import { BUCKET_CONFIGURATION_BYTES_MAX, STYLES_MAX } from '../limits.ts';
import { requireBucket } from '../service/buckets.ts';
import { findDocument, updateDocument } from '../service/documents.ts';
import { textParameter } from '../wire/listing-query.ts';
import { readStyleContent, readStyleName, STYLES } from '../wire/style-shapes.ts';
import { headerTime } from '../wire/times.ts';
import { readXmlBody } from '../wire/xml-body.ts';
import { bucketInput, bytesBody, operation, xmlReply } from './operation.ts';

type Style = z.output<typeof STYLES.schema>['Style'][number];

const named = bucketInput.extend({ query: z.object({ styleName: z.string() }) });

const PutStyle = operation({
  name: 'PutStyle',
  match: { method: 'PUT', path: '/{bucket}', query: ['style'] },
  ram: [{ action: 'oss:PutStyle' }],
  body: 'bytes',
  bodyBytesMax: BUCKET_CONFIGURATION_BYTES_MAX,
  input: () =>
    bucketInput.extend({
      query: z.object({ styleName: z.string(), category: textParameter }),
      body: bytesBody,
    }),
  handle({ bucket, body, query }, { store }, { request: { headers }, now }) {
    requireBucket(store, bucket);
    const Name = readStyleName(query.styleName);
    const Content = readStyleContent(readXmlBody({ bytes: body, headers, root: 'Style' }));
    const ModifiedAtMs = now.getTime();
    return updateDocument(store, STYLES, {
      bucket,
      change(current) {
        const { mine, others } = apart(current?.Style ?? [], Name);
        // UNVERIFIED OSS-193: the code for one style too many.
        if (others.length >= STYLES_MAX)
          throw new OssError('InvalidArgument', { message: `A bucket has at most ${STYLES_MAX} styles.` });
        const style = {
          Name,
          Content,
          Category: query.category || 'image',
          CreatedAtMs: mine?.CreatedAtMs ?? ModifiedAtMs,
          ModifiedAtMs,
        };
        return { Style: [...others, style].sort((a, b) => (a.Name < b.Name ? -1 : 1)) };
      },
    });
  },
  encode: () => ({ status: 200 }),
});

const GetStyle = operation({
  name: 'GetStyle',
  match: { method: 'GET', path: '/{bucket}', query: ['style', 'styleName'] },
  ram: [{ action: 'oss:GetStyle' }],
  input: named,
  handle({ bucket, query: { styleName } }, { store }) {
    const { mine } = apart(findDocument(store, STYLES, bucket)?.Style ?? [], styleName);
    if (!mine) throw new OssError('NoSuchStyle', { bucket, styleName });
    return mine;
  },
  encode: (style) => xmlReply('Style', styleXml(style)),
});

const ListStyle = operation({
  name: 'ListStyle',
  match: { method: 'GET', path: '/{bucket}', query: ['style'] },
  ram: [{ action: 'oss:ListStyle' }],
  input: bucketInput,
  handle: ({ bucket }, { store }) => findDocument(store, STYLES, bucket)?.Style ?? [],
  encode: (styles) => xmlReply('StyleList', { Style: styles.map(styleXml) }),
});

const DeleteStyle = operation({
  name: 'DeleteStyle',
  match: { method: 'DELETE', path: '/{bucket}', query: ['style'] },
  ram: [{ action: 'oss:DeleteStyle' }],
  input: named,
  handle: ({ bucket, query: { styleName } }, { store }) =>
    updateDocument(store, STYLES, {
      bucket,
      change(current) {
        const { others } = apart(current?.Style ?? [], styleName);
        return others.length > 0 ? { Style: others } : undefined;
      },
    }),
  encode: () => ({ status: 204 }),
});

function apart(styles: readonly Style[], name: string): { mine: Style | undefined; others: Style[] } {
  return {
    mine: styles.find(({ Name }) => Name === name),
    others: styles.filter(({ Name }) => Name !== name),
  };
}

function styleXml({ CreatedAtMs, ModifiedAtMs, ...style }: Style) {
  return { ...style, CreateTime: headerTime(CreatedAtMs), LastModifyTime: headerTime(ModifiedAtMs) };
}

export const bucketStyle = [PutStyle, ListStyle, GetStyle, DeleteStyle];
