/** EventBridge PutTargets: adds targets to a rule, or replaces those of the same Id. */
import { z } from 'zod';
import { apiOperation, errorEntries, jsonText, ruleName } from './api.ts';

export const PutTargets = apiOperation({
  name: 'PutTargets',
  input: () => z.object({ ...ruleName, Targets: jsonText(z.array(z.unknown()).min(1)) }),
  async handle({ EventBusName, RuleName, Targets }, { rules }, { now }) {
    return errorEntries(await rules.putTargets({ bus: EventBusName, rule: RuleName }, Targets, now.getTime()));
  },
});
