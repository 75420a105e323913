/** EventBridge DeleteEventBus: a bus without rules. */
import { z } from 'zod';
import { controlOperation } from './control.ts';

export const DeleteEventBus = controlOperation({
  name: 'DeleteEventBus',
  input: () => z.object({ EventBusName: z.string().min(1) }),
  async handle({ EventBusName }, { buses }) {
    await buses.delete(EventBusName);
    return true;
  },
});
