/** The image styles of a bucket: parameters of image processing under a name. */
import type { XmlContent } from '../../../src/protocols/xml.ts';
import { STYLES_MAX } from '../limits.ts';
import { element, kindOf, list, text, whole } from './document-shape.ts';
import { invalidArgument } from './object-headers.ts';

/** Help page "PutStyle". */
const NAME = /^[A-Za-z0-9._-]{1,63}$/;
const TIME = whole({ min: 0, max: Number.MAX_SAFE_INTEGER });

const content = element({ Content: text() });

const style = element({
  Name: text({ matching: NAME }),
  Content: text(),
  Category: text(),
  CreatedAtMs: TIME,
  ModifiedAtMs: TIME,
});
export const STYLES = kindOf('styles', element({ Style: list(style, { lengthMax: STYLES_MAX }) }));

/** oss2 2.19 tests: the code of the one, the words of the other. UNVERIFIED OSS-177: the words of the one, the code of the other. */
export function readStyleName(name: string): string {
  if (NAME.test(name)) return name;
  throw invalidArgument('Style name is invalid.', 'styleName', name);
}

export function readStyleContent(document: XmlContent): string {
  const { Content } = content.read(document, 'Style');
  if (Content === '') throw invalidArgument('Style content is invalid.', 'Content', Content);
  return Content;
}
