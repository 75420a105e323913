/** DeleteTrigger: a trigger fires no more, and its event rule goes. */
import { z } from 'zod';
import { operation } from './services.ts';

export const DeleteTrigger = operation({
  name: 'DeleteTrigger',
  match: { method: 'DELETE', path: '/2023-03-30/functions/{functionName}/triggers/{triggerName}' },
  ram: [{ action: 'fc:DeleteTrigger' }],
  input: () => z.object({ functionName: z.string(), triggerName: z.string() }),
  handle: (name, { triggers }) => triggers.delete(name),
  // UNVERIFIED FC-068: 204; every client takes any 2xx.
  encode: () => ({ status: 204, headers: {} }),
});
