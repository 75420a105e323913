/** CreateTrigger: a trigger besides those that the function's template names. */
import { z } from 'zod';
import { jsonReply } from '../../../src/protocols/roa.ts';
import { TRIGGER_TYPES, triggerNameSchema } from '../schemas.ts';
import { triggerShape } from '../wire/shapes.ts';
import { operation } from './services.ts';

export const CreateTrigger = operation({
  name: 'CreateTrigger',
  match: { method: 'POST', path: '/2023-03-30/functions/{functionName}/triggers' },
  ram: [{ action: 'fc:CreateTrigger' }],
  body: 'json',
  input: () =>
    z.object({
      functionName: z.string(),
      body: z.object({
        triggerName: triggerNameSchema,
        triggerType: z.enum(TRIGGER_TYPES),
        triggerConfig: z.string(),
        qualifier: z.string().default('LATEST'),
        description: z.string().default(''),
        sourceArn: z.string().optional(),
        invocationRole: z.string().optional(),
      }),
    }),
  async handle({ functionName, body }, { triggers, owner }) {
    // Clients send what they have no value for as empty text.
    const [sourceArn, invocationRole] = [body.sourceArn || undefined, body.invocationRole || undefined];
    const qualifier = body.qualifier || 'LATEST';
    return triggerShape(await triggers.create({ ...body, functionName, qualifier, sourceArn, invocationRole }), owner);
  },
  encode: (shape) => jsonReply(200, shape),
});
