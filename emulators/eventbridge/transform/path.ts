/** JSONPath as transformation has it: a definite path finds one value or nothing; whatever is none is plain text. */
import type { JSONPathEnvironment, JSONPathQuery } from 'json-p3';

/** Undefined when the path leads nowhere in this event. */
export type Finder = (event: unknown) => { found: unknown } | undefined;

let environment: Promise<JSONPathEnvironment> | undefined;

/** Loaded with the first path: most stacks have none. */
function load(): Promise<JSONPathEnvironment> {
  environment ??= import('./path-environment.ts').then(({ createEnvironment }) => createEnvironment());
  return environment;
}

/** Undefined when the text is no definite path: wildcards, slices, filters and `..` are not (RocketMQ EventBridge source). */
export async function compilePath(text: string): Promise<Finder | undefined> {
  if (!text.startsWith('$')) return undefined;
  const query = parse(await load(), text);
  if (!query?.singularQuery()) return undefined;
  return (event) => {
    const [node] = query.query(event as Parameters<typeof query.query>[0]);
    return node && { found: node.value };
  };
}

function parse(paths: JSONPathEnvironment, text: string): JSONPathQuery | undefined {
  try {
    return paths.compile(text);
  } catch {
    // What does not parse is no path: the caller takes it as text.
    return undefined;
  }
}
