/** EventBridge DeleteEventBus: a bus without rules. */
import { z } from 'zod';
import { apiOperation } from './api.ts';

export const DeleteEventBus = apiOperation({
  name: 'DeleteEventBus',
  input: () => z.object({ EventBusName: z.string().min(1) }),
  async handle({ EventBusName }, { buses }) {
    await buses.delete(EventBusName);
    return true;
  },
});
