/** Makes a target's parameters from an event. */
import { readExact, writeExact } from '../../../src/kernel/exact-json.ts';
import { NOTE_CHARACTERS_MAX, NOTES_MAX } from '../limits.ts';
import type { TargetRow } from '../store/rules.ts';
import type { TargetParams } from '../targets/target.ts';
import { TRANSFORMED_CHARACTERS_MAX, type Transformed, transform } from '../transform/index.ts';

export interface MadeParams {
  params: TargetParams;
  /** What of the event they were to have and have not, as sentences: a few of them. */
  notes: string[];
  /** Why they are not what the target was to get. */
  problem?: string;
}

export async function makeParams({ params, madeFrom }: TargetRow, text: string): Promise<MadeParams> {
  const source = lazily(madeFrom === 'data' ? dataOf(text) : text);
  const made: Record<string, string> = Object.create(null);
  const notes: string[] = [];
  for (const param of params) {
    const transformed = await transform(param, source);
    made[param.key.toLowerCase()] = transformed.text;
    notes.push(...notesOf(param.key, transformed));
    if (transformed.isTooLong)
      return {
        ...{ params: made, notes },
        problem: `The template of ${param.key} made more than ${TRANSFORMED_CHARACTERS_MAX} characters of the event.`,
      };
  }
  return { params: made, notes: notes.slice(0, NOTES_MAX) };
}

function notesOf(key: string, { missing, unnamed = [] }: Transformed): string[] {
  const cut = (text: string) => text.slice(0, NOTE_CHARACTERS_MAX);
  return [
    ...missing.slice(0, NOTES_MAX).map((path) => `${cut(path)} is not in the event: it is empty in ${cut(key)}.`),
    ...unnamed
      .slice(0, NOTES_MAX)
      .map((name) => `${cut(name)} is not named in Value: it stays as it is in ${cut(key)}.`),
  ];
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
  return writeExact((readExact(text) as { data?: unknown }).data);
}
