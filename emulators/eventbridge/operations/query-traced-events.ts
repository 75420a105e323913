/** EventBridge QueryTracedEvents: events of a time, newest first. */
import { z } from 'zod';
import { tracedEventShape } from '../wire/shapes.ts';
import { apiOperation, pageInput } from './api.ts';

export const QueryTracedEvents = apiOperation({
  name: 'QueryTracedEvents',
  input: () =>
    z.object({
      EventBusName: z.string().min(1),
      StartTime: z.coerce.number(),
      EndTime: z.coerce.number(),
      EventSource: z.string().min(1).optional(),
      EventType: z.string().min(1).optional(),
      Subject: z.string().min(1).optional(),
      MatchedRule: z.string().min(1).optional(),
      ...pageInput,
    }),
  handle(input, { queries }) {
    const { items, nextToken, total } = queries.list({
      bus: input.EventBusName,
      startMs: input.StartTime,
      endMs: input.EndTime,
      source: input.EventSource,
      type: input.EventType,
      subject: input.Subject,
      matchedRule: input.MatchedRule,
      limit: input.Limit,
      nextToken: input.NextToken,
    });
    return { Events: items.map(tracedEventShape), NextToken: nextToken, Total: total };
  },
});
