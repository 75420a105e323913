/** EventBridge StartEventStreaming: from then on it delivers, what waited in a pause too. */
import { z } from 'zod';
import { apiOperation } from './api.ts';
import { streamingName } from './streaming-input.ts';

export const StartEventStreaming = apiOperation({
  name: 'StartEventStreaming',
  input: () => z.object(streamingName),
  async handle({ EventStreamingName }, { streamings }) {
    await streamings.start(EventStreamingName);
    return undefined;
  },
});
