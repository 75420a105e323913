/** EventBridge GetEventBus: one bus. */
import { z } from 'zod';
import { busShape } from '../wire/shapes.ts';
import { controlOperation } from './control.ts';

export const GetEventBus = controlOperation({
  name: 'GetEventBus',
  input: () => z.object({ EventBusName: z.string().min(1) }),
  handle: ({ EventBusName }, { buses, owner }) => busShape(owner, buses.get(EventBusName)),
});
