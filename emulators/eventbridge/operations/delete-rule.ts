/** EventBridge DeleteRule: a rule, with what is still owed to its targets. */
import { z } from 'zod';
import { controlOperation, ruleName } from './control.ts';

export const DeleteRule = controlOperation({
  name: 'DeleteRule',
  input: () => z.object(ruleName),
  async handle({ EventBusName, RuleName }, { rules }) {
    await rules.delete({ bus: EventBusName, rule: RuleName });
    return undefined;
  },
});
