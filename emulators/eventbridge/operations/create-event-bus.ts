/** EventBridge CreateEventBus: a custom bus. */
import { z } from 'zod';
import { busArn } from '../service/names.ts';
import { apiOperation } from './api.ts';

export const CreateEventBus = apiOperation({
  name: 'CreateEventBus',
  input: () => z.object({ EventBusName: z.string().min(1), Description: z.string().default('') }),
  async handle({ EventBusName, Description }, { buses, owner }, { now }) {
    await buses.create({ name: EventBusName, description: Description, createdAtMs: now.getTime() });
    return { EventBusARN: busArn(owner, EventBusName) };
  },
});
