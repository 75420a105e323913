/** EventBridge ListApiDestinations. */
import { z } from 'zod';
import { apiDestinationShape } from '../wire/connection-shapes.ts';
import { apiOperation, resultsInput } from './api.ts';

export const ListApiDestinations = apiOperation({
  name: 'ListApiDestinations',
  input: () =>
    z.object({
      ApiDestinationNamePrefix: z.string().default(''),
      ConnectionName: z.string().optional(),
      ...resultsInput(),
    }),
  handle(input, { apiDestinations }) {
    const { ApiDestinationNamePrefix: namePrefix, ConnectionName: connection, MaxResults, NextToken } = input;
    const query = { namePrefix, connection, limit: MaxResults, nextToken: NextToken };
    const { items, nextToken, total } = apiDestinations.list(query);
    return { ApiDestinations: items.map(apiDestinationShape), MaxResults, NextToken: nextToken, Total: total };
  },
});
