/** EventBridge EnableRule: puts a rule in force. */
import { z } from 'zod';
import { apiOperation, ruleName } from './api.ts';

export const EnableRule = apiOperation({
  name: 'EnableRule',
  input: () => z.object(ruleName),
  async handle({ EventBusName, RuleName }, { rules }, { now }) {
    await rules.setStatus({ bus: EventBusName, rule: RuleName }, 'ENABLE', now.getTime());
    return undefined;
  },
});
