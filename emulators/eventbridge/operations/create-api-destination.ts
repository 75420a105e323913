/** EventBridge CreateApiDestination. */
import { z } from 'zod';
import { apiOperation, httpApiParameters } from './api.ts';

export const CreateApiDestination = apiOperation({
  name: 'CreateApiDestination',
  // `@alicloud/eventbridge20200401` source, and Terraform's: not Data.
  answersUnder: 'Date',
  input: () =>
    z.object({
      ApiDestinationName: z.string().min(1),
      ConnectionName: z.string().min(1),
      Description: z.string().optional(),
      HttpApiParameters: httpApiParameters(),
    }),
  async handle(input, { apiDestinations }, { now }) {
    const { ApiDestinationName: name, ConnectionName: connection, Description: description } = input;
    const api = input.HttpApiParameters;
    await apiDestinations.create({ name, connection, description, api, atMs: now.getTime() });
    return { ApiDestinationName: name };
  },
});
