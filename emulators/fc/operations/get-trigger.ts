/** GetTrigger: one trigger of a function. */
import { z } from 'zod';
import { jsonReply } from '../../../src/protocols/roa.ts';
import { requireTrigger } from '../service/functions.ts';
import { triggerShape } from '../wire/shapes.ts';
import { operation } from './services.ts';

export const GetTrigger = operation({
  name: 'GetTrigger',
  match: { method: 'GET', path: '/2023-03-30/functions/{functionName}/triggers/{triggerName}' },
  ram: [{ action: 'fc:GetTrigger' }],
  input: () => z.object({ functionName: z.string(), triggerName: z.string() }),
  handle: ({ functionName, triggerName }, { functions, owner }) =>
    triggerShape(requireTrigger(functions, functionName, triggerName), owner),
  encode: (shape) => jsonReply(200, shape),
});
