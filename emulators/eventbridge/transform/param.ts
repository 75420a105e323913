/** One parameter of a target: how a text is made from an event. Help page "Event transformation". */

export type Form = 'ORIGINAL' | 'JSONPATH' | 'CONSTANT' | 'TEMPLATE';

export interface Param {
  /** What the target does with it: `Body`, `queue`, `InvocationType` … */
  key: string;
  form: Form;
  /** JSONPATH: one path. CONSTANT: the text. TEMPLATE: a JSON object of variables, each a path or a text. */
  value: string;
  /** TEMPLATE: the text with `${variable}`. */
  template: string;
}

/** Help page "Limits": characters of `Value`, and of `Template`. */
export const PARAM_CHARACTERS_MAX = 10_240;

/** UNVERIFIED EVB-227: how large what a template makes may grow; the page has limits for its parts alone. */
export const TRANSFORMED_CHARACTERS_MAX = 1024 * 1024;
