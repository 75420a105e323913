/** EventBridge PauseEventStreaming: what it has gathered, and what comes meanwhile, waits. */
import { z } from 'zod';
import { apiOperation } from './api.ts';
import { streamingName } from './streaming-input.ts';

export const PauseEventStreaming = apiOperation({
  name: 'PauseEventStreaming',
  input: () => z.object(streamingName),
  async handle({ EventStreamingName }, { streamings }) {
    await streamings.pause(EventStreamingName);
    return undefined;
  },
});
