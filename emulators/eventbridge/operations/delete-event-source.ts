/** EventBridge DeleteEventSource. */
import { z } from 'zod';
import { apiOperation } from './api.ts';

export const DeleteEventSource = apiOperation({
  name: 'DeleteEventSource',
  input: () => z.object({ EventSourceName: z.string().min(1), EventBusName: z.string().min(1).optional() }),
  async handle({ EventSourceName, EventBusName }, { sources }) {
    await sources.delete(EventSourceName, EventBusName);
    return undefined;
  },
});
