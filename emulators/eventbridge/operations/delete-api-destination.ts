/** EventBridge DeleteApiDestination: deliveries to it end from then on, with that reason. */
import { z } from 'zod';
import { apiOperation } from './api.ts';

export const DeleteApiDestination = apiOperation({
  name: 'DeleteApiDestination',
  input: () => z.object({ ApiDestinationName: z.string().min(1) }),
  async handle({ ApiDestinationName }, { apiDestinations }) {
    await apiDestinations.delete(ApiDestinationName);
    return undefined;
  },
});
