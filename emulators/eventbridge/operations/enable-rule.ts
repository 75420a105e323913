/** EventBridge EnableRule: puts a rule in force. */
import { z } from 'zod';
import { controlOperation, ruleName } from './control.ts';

export const EnableRule = controlOperation({
  name: 'EnableRule',
  input: () => z.object(ruleName),
  async handle({ EventBusName, RuleName }, { rules }, { now }) {
    await rules.setStatus({ bus: EventBusName, rule: RuleName }, 'ENABLE', now.getTime());
    return undefined;
  },
});
