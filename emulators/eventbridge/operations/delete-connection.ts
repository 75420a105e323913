/** EventBridge DeleteConnection: of one that no API destination uses. */
import { z } from 'zod';
import { apiOperation } from './api.ts';

export const DeleteConnection = apiOperation({
  name: 'DeleteConnection',
  input: () => z.object({ ConnectionName: z.string().min(1) }),
  async handle({ ConnectionName }, { connections }) {
    await connections.delete(ConnectionName);
    return undefined;
  },
});
