/** Stores the file of an HTML form: the form carries the signature, the metadata and what to answer. */
import type { Call } from '../../../src/kernel/operation.ts';
import { requireBucket } from '../service/buckets.ts';
import { postObject } from '../service/post-object.ts';
import { assertAclAllowed } from '../service/public-access.ts';
import type { OssServices } from '../service/services.ts';
import { readFormCallback } from '../wire/callback-config.ts';
import { ossArn } from '../wire/dialect.ts';
import { forbidsOverwrite, readObjectAcl } from '../wire/object-headers.ts';
import { formHeaders, formKey } from '../wire/post-fields.ts';
import { readPostForm } from '../wire/post-form.ts';
import { postReply } from '../wire/post-reply.ts';
import { assertPartsServed } from '../wire/served-table.ts';
import { draftFor } from './draft.ts';
import { bucketInput, operation, originOf } from './operation.ts';
import { callbackReply, stored } from './stored.ts';

const NAME = 'PostObject';

export const PostObject = operation({
  name: NAME,
  match: { method: 'POST', path: '/{bucket}' },
  // Asked when the form has told who calls and which key is meant.
  ram: [],
  body: 'stream',
  input: bucketInput,
  async handle({ bucket }, services, call) {
    requireBucket(services.store, bucket);
    const form = await readPostForm(call.request);
    try {
      const { fields, file } = form;
      const headers = formHeaders(form);
      const { principal, size } = services.authenticateForm({ bucket, fields });
      const key = formKey(form);
      assertPartsServed({ method: 'POST', headers, query: [] }, NAME);
      const callback = readFormCallback(fields);
      assertAclAllowed(services.store, bucket, readObjectAcl(headers));
      authorize(services, call, { principal, bucket, key });
      const draft = draftFor(services, { bucket, type: 'Normal', headers, atMs: call.now.getTime() });
      const post = { bucket, key, draft, file, size, contentMd5: headers['content-md5'] };
      const origin = { ...originOf(call, callback), principal };
      const record = await postObject(services, { ...post, forbidOverwrite: forbidsOverwrite(headers) }, origin);
      return { ...(await stored(services, record, { callback, origin, operation: NAME })), fields };
    } catch (error) {
      form.abandon();
      throw error;
    }
  },
  // Help page "Callback": its answer is the form's, whatever the form asks for besides.
  encode: ({ fields, ...post }, _input, call) => callbackReply(post) ?? postReply(post.record, fields, call),
});

function authorize(
  { accountId, authorizeAs }: OssServices,
  { request, requestId }: Call,
  { principal, bucket, key }: { principal: Call['principal']; bucket: string; key: string },
): void {
  const resource = ossArn(accountId, bucket, key);
  authorizeAs({ principal, action: 'oss:PutObject', resource, request, requestId, operation: NAME });
}
