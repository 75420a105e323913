/** Makes a target's parameters from an event. */
import type { TargetRow } from '../store/rules.ts';
import type { TargetParams } from '../targets/target.ts';
import { readExact, TRANSFORMED_CHARACTERS_MAX, transform, writeExact } from '../transform/index.ts';

export interface MadeParams {
  params: TargetParams;
  /** Paths that lead nowhere in this event, each with its parameter. */
  missing: string[];
  /** Why they are not what the target was to get. */
  problem?: string;
}

export async function makeParams({ params, madeFrom }: TargetRow, text: string): Promise<MadeParams> {
  const source = lazily(madeFrom === 'data' ? dataOf(text) : text);
  const made: Record<string, string> = Object.create(null);
  const missing: string[] = [];
  for (const param of params) {
    const transformed = await transform(param, source);
    made[param.key.toLowerCase()] = transformed.text;
    missing.push(...transformed.missing.map((path) => `${path} (${param.key})`));
    if (transformed.isTooLong)
      return {
        ...{ params: made, missing },
        problem: `The template of ${param.key} made more than ${TRANSFORMED_CHARACTERS_MAX} characters of the event.`,
      };
  }
  return { params: made, missing };
}

/** Most targets take the event as it is: only a path needs it parsed. */
function lazily(text: string) {
  let parsed: { event: unknown } | undefined;
  return {
    text,
    get event() {
      parsed ??= { event: readExact(text) };
      return parsed.event;
    },
  };
}

function dataOf(text: string): string {
  return writeExact((readExact(text) as { data?: unknown }).data ?? null).text;
}
