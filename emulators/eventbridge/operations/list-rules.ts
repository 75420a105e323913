/** EventBridge ListRules: rules of a bus by name, their targets in short. */
import { z } from 'zod';
import { ruleShape, shortTargetShape } from '../wire/shapes.ts';
import { apiOperation, pageInput } from './api.ts';

export const ListRules = apiOperation({
  name: 'ListRules',
  input: () => z.object({ EventBusName: z.string().min(1), RuleNamePrefix: z.string().default(''), ...pageInput }),
  handle({ EventBusName, RuleNamePrefix, Limit, NextToken }, { rules, owner }) {
    const query = { bus: EventBusName, namePrefix: RuleNamePrefix, limit: Limit, nextToken: NextToken };
    const { items, nextToken, total } = rules.list(query);
    const shapes = items.map((rule) => ({
      ...ruleShape(owner, rule, rule.targets.map(shortTargetShape)),
      DetailMap: {},
    }));
    return { Rules: shapes, NextToken: nextToken, Total: total };
  },
});
