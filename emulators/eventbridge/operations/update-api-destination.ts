/** EventBridge UpdateApiDestination: what is not said stays. */
import { z } from 'zod';
import { apiOperation, httpApiParameters } from './api.ts';

export const UpdateApiDestination = apiOperation({
  name: 'UpdateApiDestination',
  input: () =>
    z.object({
      ApiDestinationName: z.string().min(1),
      ConnectionName: z.string().optional(),
      Description: z.string().optional(),
      HttpApiParameters: httpApiParameters(),
    }),
  async handle(input, { apiDestinations }) {
    const { ApiDestinationName: name, ConnectionName: connection, Description: description } = input;
    await apiDestinations.update({ name, connection, description, api: input.HttpApiParameters });
    return { ApiDestinationName: name };
  },
});
