/** Event transformation: parameters of targets, checked when they are set and made into texts for each event. */

export { checkParam, lintParam } from './check.ts';
export type { Form, Param } from './param.ts';
export { PARAM_CHARACTERS_MAX, TRANSFORMED_CHARACTERS_MAX } from './param.ts';
export type { Source, Transformed } from './transform.ts';
export { transform } from './transform.ts';
