/** EventBridge QueryEventTraces: the stages of an event's way: received, matched, pushed. */
import { z } from 'zod';
import { stageShape } from '../wire/shapes.ts';
import { apiOperation } from './api.ts';

export const QueryEventTraces = apiOperation({
  name: 'QueryEventTraces',
  input: () => z.object({ EventBusName: z.string().min(1), EventId: z.string().min(1) }),
  handle({ EventBusName, EventId }, { queries, owner }) {
    const { event, stages } = queries.stages({ bus: EventBusName, id: EventId, source: undefined });
    return stages.map((stage) => stageShape(owner, event, stage));
  },
});
