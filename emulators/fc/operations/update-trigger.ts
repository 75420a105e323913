/** UpdateTrigger: other configuration for a trigger, of which what is not sent stays as it is. */
import { z } from 'zod';
import { jsonReply } from '../../../src/protocols/roa.ts';
import { triggerShape } from '../wire/shapes.ts';
import { operation } from './services.ts';

export const UpdateTrigger = operation({
  name: 'UpdateTrigger',
  match: { method: 'PUT', path: '/2023-03-30/functions/{functionName}/triggers/{triggerName}' },
  ram: [{ action: 'fc:UpdateTrigger' }],
  body: 'json',
  input: () =>
    z.object({
      functionName: z.string(),
      triggerName: z.string(),
      body: z.object({
        triggerConfig: z.string().optional(),
        qualifier: z.string().optional(),
        description: z.string().optional(),
        invocationRole: z.string().optional(),
      }),
    }),
  async handle({ functionName, triggerName, body }, { triggers, owner }) {
    const { triggerConfig, qualifier, description, invocationRole } = body;
    const change = { triggerConfig, qualifier, description, invocationRole };
    return triggerShape(await triggers.update({ functionName, triggerName, ...change }), owner);
  },
  encode: (shape) => jsonReply(200, shape),
});
