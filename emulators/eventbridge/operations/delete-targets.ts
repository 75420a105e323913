/** EventBridge DeleteTargets: takes targets off a rule. */
import { z } from 'zod';
import { controlOperation, errorEntries, jsonText, ruleName } from './control.ts';

export const DeleteTargets = controlOperation({
  name: 'DeleteTargets',
  input: () => z.object({ ...ruleName, TargetIds: jsonText(z.array(z.string()).min(1)) }),
  async handle({ EventBusName, RuleName, TargetIds }, { rules }, { now }) {
    return errorEntries(await rules.deleteTargets({ bus: EventBusName, rule: RuleName }, TargetIds, now.getTime()));
  },
});
