/** EventBridge UpdateRule: a rule's pattern, description and status; its targets stay. */
import { z } from 'zod';
import { apiOperation, ruleName, ruleStatus } from './api.ts';

export const UpdateRule = apiOperation({
  name: 'UpdateRule',
  input: () =>
    z.object({
      ...ruleName,
      FilterPattern: z.string(),
      Description: z.string().optional(),
      Status: ruleStatus.optional(),
    }),
  async handle(input, { rules }, { now }) {
    const { EventBusName: bus, RuleName: rule, FilterPattern: patternText, Description: description } = input;
    await rules.update({ bus, rule, patternText, description, status: input.Status, atMs: now.getTime() });
    return true;
  },
});
