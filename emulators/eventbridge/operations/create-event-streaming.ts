/** EventBridge CreateEventStreaming: a source, a sink and what lies between; it stands until it is started. */
import { z } from 'zod';
import { streamingArn, streamingName } from '../service/names.ts';
import { apiOperation } from './api.ts';
import { streamingInput, tagList, toStreaming } from './streaming-input.ts';

export const CreateEventStreaming = apiOperation({
  name: 'CreateEventStreaming',
  input: () => z.object({ ...streamingInput(), Tags: tagList() }),
  async handle(input, { streamings, owner }, call) {
    await streamings.create({ ...toStreaming(input, call), tags: input.Tags });
    return { EventStreamingARN: streamingArn(owner, streamingName(input.EventStreamingName)) };
  },
});
