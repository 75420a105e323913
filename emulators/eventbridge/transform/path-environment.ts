/** Reads JSONPath: a module of ours, because in the bundle `import()` of a CommonJS package has none of its names. */
import { JSONPathEnvironment } from 'json-p3';

export function createEnvironment(): JSONPathEnvironment {
  // Not strict: names with a dash, which the service's own examples have, need no brackets.
  return new JSONPathEnvironment({ strict: false });
}
