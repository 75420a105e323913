/** EventBridge QueryEvent: one event, whole. */
import { z } from 'zod';
import { readExact } from '../../../src/kernel/exact-json.ts';
import { apiOperation } from './api.ts';

export const QueryEvent = apiOperation({
  name: 'QueryEvent',
  input: () =>
    z.object({
      EventBusName: z.string().min(1),
      EventId: z.string().min(1),
      EventSource: z.string().min(1).optional(),
    }),
  handle({ EventBusName, EventId, EventSource }, { queries }) {
    const event = queries.get({ bus: EventBusName, id: EventId, source: EventSource });
    return readExact(event.text) as Record<string, never>;
  },
});
