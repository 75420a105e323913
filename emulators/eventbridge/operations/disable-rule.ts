/** EventBridge DisableRule: takes a rule out of force. */
import { z } from 'zod';
import { apiOperation, ruleName } from './api.ts';

export const DisableRule = apiOperation({
  name: 'DisableRule',
  input: () => z.object(ruleName),
  async handle({ EventBusName, RuleName }, { rules }, { now }) {
    await rules.setStatus({ bus: EventBusName, rule: RuleName }, 'DISABLE', now.getTime());
    return undefined;
  },
});
