/** EventBridge UpdateEventBus: its description. */
import { z } from 'zod';
import { apiOperation } from './api.ts';

export const UpdateEventBus = apiOperation({
  name: 'UpdateEventBus',
  input: () => z.object({ EventBusName: z.string().min(1), Description: z.string().optional() }),
  async handle({ EventBusName, Description }, { buses }) {
    await buses.update(EventBusName, Description);
    return undefined;
  },
});
