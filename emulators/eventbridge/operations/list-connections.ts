/** EventBridge ListConnections. */
import { z } from 'zod';
import { connectionShape } from '../wire/connection-shapes.ts';
import { apiOperation, resultsInput } from './api.ts';

export const ListConnections = apiOperation({
  name: 'ListConnections',
  input: () =>
    z.object({ ConnectionNamePrefix: z.string().default(''), Type: z.string().min(1).optional(), ...resultsInput() }),
  handle({ ConnectionNamePrefix: namePrefix, Type: type, MaxResults, NextToken }, { connections }) {
    const { items, nextToken, total } = connections.list({ namePrefix, type, limit: MaxResults, nextToken: NextToken });
    return { Connections: items.map(connectionShape), MaxResults, NextToken: nextToken, Total: total };
  },
});
