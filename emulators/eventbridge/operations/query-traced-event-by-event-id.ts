/** EventBridge QueryTracedEventByEventId: the events with an id, in short. */
import { z } from 'zod';
import { tracedEventShape } from '../wire/shapes.ts';
import { apiOperation } from './api.ts';

export const QueryTracedEventByEventId = apiOperation({
  name: 'QueryTracedEventByEventId',
  input: () =>
    z.object({
      EventBusName: z.string().min(1),
      EventId: z.string().min(1),
      EventSource: z.string().min(1).optional(),
    }),
  handle({ EventBusName, EventId, EventSource }, { queries }) {
    const event = queries.get({ bus: EventBusName, id: EventId, source: EventSource });
    // The SDK's model has a list here.
    return [{ Events: [tracedEventShape(event)], Total: 1 }];
  },
});
