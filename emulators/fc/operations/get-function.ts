/** GetFunction: a function's configuration. */
import { z } from 'zod';
import { jsonReply } from '../../../src/protocols/roa.ts';
import { requireFunction } from '../service/functions.ts';
import { functionShape } from '../wire/shapes.ts';
import { operation } from './services.ts';

export const GetFunction = operation({
  name: 'GetFunction',
  match: { method: 'GET', path: '/2023-03-30/functions/{functionName}' },
  ram: [{ action: 'fc:GetFunction' }],
  input: () => z.object({ functionName: z.string(), query: z.object({ qualifier: z.string().optional() }) }),
  handle: ({ functionName, query }, { functions, owner }) =>
    functionShape(requireFunction(functions, functionName, query.qualifier), owner),
  encode: (shape) => jsonReply(200, shape),
});
