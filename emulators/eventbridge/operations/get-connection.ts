/** EventBridge GetConnection: a list of one. */
import { z } from 'zod';
import { connectionShape } from '../wire/connection-shapes.ts';
import { apiOperation } from './api.ts';

export const GetConnection = apiOperation({
  name: 'GetConnection',
  input: () => z.object({ ConnectionName: z.string().min(1) }),
  handle: ({ ConnectionName }, { connections }) => ({
    Connections: [connectionShape(connections.get(ConnectionName))],
  }),
});
