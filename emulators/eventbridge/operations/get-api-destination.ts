/** EventBridge GetApiDestination. */
import { z } from 'zod';
import { apiDestinationShape } from '../wire/connection-shapes.ts';
import { apiOperation } from './api.ts';

export const GetApiDestination = apiOperation({
  name: 'GetApiDestination',
  input: () => z.object({ ApiDestinationName: z.string().min(1) }),
  handle: ({ ApiDestinationName }, { apiDestinations }) => apiDestinationShape(apiDestinations.get(ApiDestinationName)),
});
