/** EventBridge CreateConnection: how an API is reached, and with which secrets. */
import { z } from 'zod';
import { apiOperation } from './api.ts';
import { connectionInput, toConnection } from './connection-input.ts';

export const CreateConnection = apiOperation({
  name: 'CreateConnection',
  input: () => z.object(connectionInput()),
  async handle(input, { connections }, call) {
    await connections.create(toConnection(input, call));
    return { ConnectionName: input.ConnectionName };
  },
});
