/** What the fields of a form say: headers as PutObject has them, and the key. */
import { assertKey } from '../service/names.ts';
import { invalidArgument } from './object-headers.ts';
import type { PostForm } from './post-form.ts';

const FILE_NAME = '\u0024{filename}';

/** A form's fields mean what the headers of PutObject mean. UNVERIFIED OSS-065: which of three types counts. */
export function formHeaders({ fields, fileType }: PostForm): Record<string, string> {
  const contentType = fields.get('x-oss-content-type') ?? fields.get('content-type') ?? fileType;
  return { ...Object.fromEntries(fields), 'content-type': contentType };
}

/** Help page "PostObject": `${filename}` stands for the file's own name, also in a key that the policy has allowed. */
export function formKey({ fields, fileName }: PostForm): string {
  const template = fields.get('key');
  if (template === undefined) throw invalidArgument('The bucket POST must contain the specified field name.', 'key');
  const key = template.replaceAll(FILE_NAME, () => fileName);
  assertKey(key);
  return key;
}
