/** EventBridge GetRule: a rule with all of its targets. */
import { z } from 'zod';
import { ruleShape, targetShape } from '../wire/shapes.ts';
import { apiOperation, ruleName } from './api.ts';

export const GetRule = apiOperation({
  name: 'GetRule',
  input: () => z.object(ruleName),
  handle({ EventBusName, RuleName }, { rules, owner }) {
    const rule = rules.get({ bus: EventBusName, rule: RuleName });
    return ruleShape(owner, rule, rule.targets.map(targetShape));
  },
});
