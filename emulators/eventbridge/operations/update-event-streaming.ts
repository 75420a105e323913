/** EventBridge UpdateEventStreaming: what is not said stays; one that runs goes on with what is new. */
import { z } from 'zod';
import { apiOperation } from './api.ts';
import { streamingInput, toStreaming } from './streaming-input.ts';

export const UpdateEventStreaming = apiOperation({
  name: 'UpdateEventStreaming',
  input: () => z.object(streamingInput()),
  async handle(input, { streamings }, call) {
    await streamings.update(toStreaming(input, call));
    return undefined;
  },
});
