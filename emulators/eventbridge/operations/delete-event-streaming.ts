/** EventBridge DeleteEventStreaming: with what is still owed by it. */
import { z } from 'zod';
import { apiOperation } from './api.ts';
import { streamingName } from './streaming-input.ts';

export const DeleteEventStreaming = apiOperation({
  name: 'DeleteEventStreaming',
  input: () => z.object(streamingName),
  async handle({ EventStreamingName }, { streamings }) {
    await streamings.delete(EventStreamingName);
    return undefined;
  },
});
