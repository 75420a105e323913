/** EventBridge CreateRule: a rule with its targets. */
import { z } from 'zod';
import { ruleArn } from '../service/names.ts';
import { apiOperation, jsonText, ruleName, ruleStatus } from './api.ts';

export const CreateRule = apiOperation({
  name: 'CreateRule',
  input: () =>
    z.object({
      ...ruleName,
      FilterPattern: z.string(),
      EventTargets: jsonText(z.array(z.unknown())).default([]),
      Description: z.string().optional(),
      Status: ruleStatus.optional(),
    }),
  async handle(input, { rules, owner }, { now }) {
    const { EventBusName: bus, RuleName: rule, FilterPattern: patternText, Description: description } = input;
    const targets = input.EventTargets;
    await rules.create({ bus, rule, patternText, description, status: input.Status, targets, atMs: now.getTime() });
    return { RuleARN: ruleArn(owner, bus, rule) };
  },
});
