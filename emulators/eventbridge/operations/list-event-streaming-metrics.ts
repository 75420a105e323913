/** EventBridge listEventStreamingMetrics, of the data plane: how fast streamings deliver, and what of them waits. */
import { z } from 'zod';
import { NAMES_MAX } from '../limits.ts';
import { streamingMetricShape } from '../wire/streaming-shapes.ts';
import { apiOperation } from './api.ts';

export const ListEventStreamingMetrics = apiOperation({
  name: 'ListEventStreamingMetrics',
  // UNVERIFIED EVB-223: without names, all; a name of none is refused, and so is a list that is too long.
  input: () => z.object({ EventStreamingNames: z.array(z.string().min(1)).max(NAMES_MAX).default([]) }),
  handle({ EventStreamingNames }, { streamings }) {
    return { EventStreamingMetrics: streamings.metrics(EventStreamingNames).map(streamingMetricShape) };
  },
});
