/** EventBridge DeleteRule: a rule, with what is still owed to its targets. */
import { z } from 'zod';
import { apiOperation, ruleName } from './api.ts';

export const DeleteRule = apiOperation({
  name: 'DeleteRule',
  input: () => z.object(ruleName),
  async handle({ EventBusName, RuleName }, { rules }) {
    await rules.delete({ bus: EventBusName, rule: RuleName });
    return undefined;
  },
});
