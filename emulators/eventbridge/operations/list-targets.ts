/** EventBridge ListTargets: targets of a rule, of a bus, or with an endpoint. */
import { z } from 'zod';
import { targetShape } from '../wire/shapes.ts';
import { apiOperation, pageInput } from './api.ts';

export const ListTargets = apiOperation({
  name: 'ListTargets',
  input: () =>
    z.object({
      EventBusName: z.string().min(1).optional(),
      RuleName: z.string().min(1).optional(),
      Arn: z.string().min(1).optional(),
      ...pageInput,
    }),
  handle({ EventBusName, RuleName, Arn, Limit, NextToken }, { rules }) {
    const query = { bus: EventBusName, rule: RuleName, endpoint: Arn, limit: Limit, nextToken: NextToken };
    const { items, nextToken, total } = rules.listTargets(query);
    const targets = items.map(({ bus, rule, target }) => ({
      ...targetShape(target),
      EventBusName: bus,
      RuleName: rule,
    }));
    return { Targets: targets, NextToken: nextToken, Total: total };
  },
});
