/** The image styles of a bucket: parameters of image processing under a name. */
import { STYLES_MAX } from '../limits.ts';
import { element, kindOf, list, text, whole } from './document-shape.ts';

/** Help page "PutStyle". */
const NAME = text({ matching: /^[A-Za-z0-9._-]{1,63}$/ });
const TIME = whole({ min: 0, max: Number.MAX_SAFE_INTEGER });

export const styleContent = element({ Content: text({ matching: /^./s }) });

const style = element({
  Name: NAME,
  Content: text(),
  Category: text(),
  CreatedAtMs: TIME,
  ModifiedAtMs: TIME,
});
export const STYLES = kindOf('styles', element({ Style: list(style, { lengthMax: STYLES_MAX }) }));

export function readStyleName(name: string): string {
  return NAME.read(name, 'styleName');
}
