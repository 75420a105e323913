/** EventBridge UpdateEventSource: what is not said stays; the URL of a webhook does, too. */
import { z } from 'zod';
import { apiOperation } from './api.ts';
import { sourceInput, toSourceInput, withoutEmpty } from './source-input.ts';

export const UpdateEventSource = apiOperation({
  name: 'UpdateEventSource',
  input: () => z.object({ ...sourceInput(), EventBusName: z.string().min(1).optional() }),
  async handle(input, { sources }, { now }) {
    const { EventSourceName: name, EventBusName: bus, Description: description } = input;
    await sources.update({ name, bus, description, input: toSourceInput(withoutEmpty(input)), atMs: now.getTime() });
    return true;
  },
});
