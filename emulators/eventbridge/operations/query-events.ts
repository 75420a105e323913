/** EventBridge queryEvents, of the data plane: several events whole, by their ids. */
import { z } from 'zod';
import { NAMES_MAX } from '../limits.ts';
import { apiOperation } from './api.ts';

export const QueryEvents = apiOperation({
  name: 'QueryEvents',
  input: () =>
    z.object({
      EventBusName: z.string().min(1),
      EventIds: z.array(z.string().min(1)).min(1).max(NAMES_MAX),
      EventSourceName: z.string().min(1).optional(),
    }),
  handle({ EventBusName: bus, EventIds, EventSourceName: source }, { queries }) {
    const found = queries.ofIds({ bus, ids: EventIds, source }).map(({ id, text }) => [id, text] as const);
    return { EventMap: Object.fromEntries(found), EventBusName: bus };
  },
});
