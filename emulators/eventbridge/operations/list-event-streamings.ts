/** EventBridge ListEventStreamings: by name, source, sink and tags. */
import { z } from 'zod';
import { streamingShape } from '../wire/streaming-shapes.ts';
import { apiOperation, pageInput } from './api.ts';
import { tagList } from './streaming-input.ts';

export const ListEventStreamings = apiOperation({
  name: 'ListEventStreamings',
  input() {
    const text = z
      .string()
      .optional()
      .transform((given) => given || undefined);
    return z.object({
      ...{ NamePrefix: z.string().default(''), SourceArn: text, SinkArn: text },
      // Of the data plane.
      ...{ SourceType: text, SinkType: text },
      ...{ Tags: tagList(), ...pageInput },
    });
  },
  handle(input, { streamings }) {
    const { items, nextToken, total } = streamings.list({
      ...{ namePrefix: input.NamePrefix, sourceArn: input.SourceArn, sinkArn: input.SinkArn, tags: input.Tags },
      ...{ sourceType: input.SourceType, sinkType: input.SinkType, limit: input.Limit, nextToken: input.NextToken },
    });
    return { EventStreamings: items.map(streamingShape), NextToken: nextToken, Total: total };
  },
});
