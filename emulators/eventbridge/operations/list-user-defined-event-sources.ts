/** EventBridge ListUserDefinedEventSources: sources by name, webhooks with their URLs. */
import { z } from 'zod';
import { sourceShape } from '../wire/source-shapes.ts';
import { apiOperation, pageInput } from './api.ts';

export const ListUserDefinedEventSources = apiOperation({
  name: 'ListUserDefinedEventSources',
  input: () =>
    z.object({
      NamePrefix: z.string().default(''),
      EventBusName: z.string().min(1).optional(),
      ...pageInput,
    }),
  handle({ NamePrefix, EventBusName: bus, Limit, NextToken }, { sources, owner, endpoint }) {
    const query = { namePrefix: NamePrefix, bus, limit: Limit, nextToken: NextToken };
    const { items, nextToken, total } = sources.list(query);
    const webhookUrl = (token: string) => `${endpoint()}/webhook/putEvents?token=${token}`;
    return {
      EventSourceList: items.map((source) => sourceShape(owner, source, webhookUrl)),
      NextToken: nextToken,
      Total: total,
    };
  },
});
