/** EventBridge GetEventStreaming. */
import { z } from 'zod';
import { streamingShape } from '../wire/streaming-shapes.ts';
import { apiOperation } from './api.ts';
import { streamingName } from './streaming-input.ts';

export const GetEventStreaming = apiOperation({
  name: 'GetEventStreaming',
  input: () => z.object(streamingName),
  handle: ({ EventStreamingName }, { streamings }) => streamingShape(streamings.get(EventStreamingName)),
});
