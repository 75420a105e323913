/** EventBridge CreateEventSource: a webhook, a timer, or a name for an application's events. */
import { z } from 'zod';
import { sourceArn } from '../service/names.ts';
import { apiOperation } from './api.ts';
import { sourceInput, toSourceInput } from './source-input.ts';

export const CreateEventSource = apiOperation({
  name: 'CreateEventSource',
  input: () => z.object({ ...sourceInput(), EventBusName: z.string().min(1) }),
  async handle(input, { sources, owner }, { now }) {
    const { EventSourceName, EventBusName: bus, Description: description } = input;
    const source = { name: EventSourceName, bus, description, input: toSourceInput(input), atMs: now.getTime() };
    const { name } = await sources.create(source);
    return { EventSourceARN: sourceArn(owner, bus, name) };
  },
});
