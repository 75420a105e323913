/** EventBridge DeleteTargets: takes targets off a rule. */
import { z } from 'zod';
import { apiOperation, errorEntries, jsonText, ruleName } from './api.ts';

export const DeleteTargets = apiOperation({
  name: 'DeleteTargets',
  input: () => z.object({ ...ruleName, TargetIds: jsonText(z.array(z.string()).min(1)) }),
  async handle({ EventBusName, RuleName, TargetIds }, { rules }, { now }) {
    return errorEntries(await rules.deleteTargets({ bus: EventBusName, rule: RuleName }, TargetIds, now.getTime()));
  },
});
