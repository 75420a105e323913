/** EventBridge UpdateConnection: what is not said stays, secrets too. */
import { z } from 'zod';
import { apiOperation } from './api.ts';
import { connectionInput, toConnection } from './connection-input.ts';

export const UpdateConnection = apiOperation({
  name: 'UpdateConnection',
  input: () => z.object(connectionInput()),
  async handle(input, { connections }, call) {
    await connections.update(toConnection(input, call));
    return { ConnectionName: input.ConnectionName };
  },
});
