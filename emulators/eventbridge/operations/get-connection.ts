/** EventBridge GetConnection: a list of one, its secrets told. */
import { z } from 'zod';
import { wholeConnectionShape } from '../wire/connection-shapes.ts';
import { apiOperation } from './api.ts';

export const GetConnection = apiOperation({
  name: 'GetConnection',
  input: () => z.object({ ConnectionName: z.string().min(1) }),
  handle: ({ ConnectionName }, { connections }) => ({
    Connections: [wholeConnectionShape(connections.get(ConnectionName))],
  }),
});
