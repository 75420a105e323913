/** What CreateEventStreaming and UpdateEventStreaming are given, and the tags of both. */
import { z } from 'zod';
import type { Call } from '../../../src/kernel/operation.ts';
import { EventBridgeError } from '../errors.ts';
import type { StreamingInput } from '../service/streamings.ts';
import type { Tags } from '../service/tags.ts';
import { jsonText } from './api.ts';

export const streamingName = { EventStreamingName: z.string().min(1) };

/** A function, so that what it says is made with the first call of either. */
export function streamingInput() {
  const json = jsonText(z.unknown()).optional();
  return {
    ...streamingName,
    Description: z.string().optional(),
    FilterPattern: z.string().optional(),
    Source: json,
    Sink: json,
    RunOptions: json,
    Transforms: json,
    Metadata: z.unknown().optional(),
  };
}

/** Pairs, as lists of objects. */
export function tagList(names: { key: string; value: string } = { key: 'Key', value: 'Value' }) {
  return jsonText(z.array(z.record(z.string(), z.string())))
    .optional()
    .transform((tags = []): Tags => {
      const pairs = tags.map((tag) => [tag[names.key] ?? '', tag[names.value] ?? '']);
      return Object.fromEntries(pairs) as Tags;
    });
}

export function toStreaming(
  input: z.output<z.ZodObject<ReturnType<typeof streamingInput>>>,
  { now }: Call,
): StreamingInput {
  if (input.Metadata !== undefined && input.Metadata !== '')
    throw new EventBridgeError('NotImplemented', { what: 'The parameter Metadata of event streamings' });
  return {
    name: input.EventStreamingName,
    description: input.Description,
    patternText: input.FilterPattern || undefined,
    source: input.Source,
    sink: input.Sink,
    runOptions: input.RunOptions,
    transforms: input.Transforms,
    atMs: now.getTime(),
  };
}
