/** EventBridge UpdateEventStreamingBusinessOption: how a streaming is charged for, by capacity units or by events. */
import { z } from 'zod';
import { apiOperation } from './api.ts';
import { streamingName } from './streaming-input.ts';

export const UpdateEventStreamingBusinessOption = apiOperation({
  name: 'UpdateEventStreamingBusinessOption',
  input() {
    const count = z.coerce.number().int().min(0).optional();
    return z.object({
      ...streamingName,
      BusinessMode: z.enum(['CapacityUnitMode', 'EventNumMode']),
      MinCapacityUnitCount: count,
      MaxCapacityUnitCount: count,
    });
  },
  async handle({ EventStreamingName, ...option }, { streamings }) {
    await streamings.setBusinessOption(EventStreamingName, option);
    return true;
  },
});
