/** EventBridge DisableRule: takes a rule out of force. */
import { z } from 'zod';
import { controlOperation, ruleName } from './control.ts';

export const DisableRule = controlOperation({
  name: 'DisableRule',
  input: () => z.object(ruleName),
  async handle({ EventBusName, RuleName }, { rules }, { now }) {
    await rules.setStatus({ bus: EventBusName, rule: RuleName }, 'DISABLE', now.getTime());
    return undefined;
  },
});
