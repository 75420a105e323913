/** EventBridge ListEventBuses: buses by name, the system's among them. */
import { z } from 'zod';
import { BUS_TYPES } from '../service/event-buses.ts';
import { busShape } from '../wire/shapes.ts';
import { apiOperation, pageInput } from './api.ts';

export const ListEventBuses = apiOperation({
  name: 'ListEventBuses',
  input: () =>
    z.object({
      NamePrefix: z.string().default(''),
      EventBusType: z.enum(BUS_TYPES).optional(),
      ...pageInput,
    }),
  handle({ NamePrefix: namePrefix, EventBusType: type, Limit, NextToken }, { buses, owner }) {
    const { items, nextToken, total } = buses.list({ namePrefix, type, limit: Limit, nextToken: NextToken });
    return { EventBuses: items.map((bus) => busShape(owner, bus)), NextToken: nextToken, Total: total };
  },
});
