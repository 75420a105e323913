/** EventBridge GetEventBus: one bus. */
import { z } from 'zod';
import { busShape } from '../wire/shapes.ts';
import { apiOperation } from './api.ts';

export const GetEventBus = apiOperation({
  name: 'GetEventBus',
  input: () => z.object({ EventBusName: z.string().min(1) }),
  handle: ({ EventBusName }, { buses, owner }) => busShape(owner, buses.get(EventBusName)),
});
