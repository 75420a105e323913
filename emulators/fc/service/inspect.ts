/** Looks over what a deploy is asked to take: what can't work is a problem, what works otherwise here is a warning. */
import type { RoleAssumer } from '../../../src/ports/role-assumer.ts';
import { unservedTrigger } from '../triggers/trigger-types.ts';
import { missingCode } from './code-folder.ts';
import type { FunctionDefinition, TriggerDefinition } from './function-definition.ts';
import { FC_SERVICE, hasRole, roleArnOf } from './role-arn.ts';

/** What the event pattern of an eventbridge trigger is worth: said by the room that will match it. */
export type ValidateFilterPattern = (
  pattern: unknown,
) => { ok: true; warnings: readonly string[] } | { ok: false; message: string };

export interface InspectNeeds {
  region: string;
  accountId: string;
  roles: Pick<RoleAssumer, 'refusal'>;
  validateFilterPattern: ValidateFilterPattern;
}

export interface Inspected {
  definition: FunctionDefinition;
  source: string;
  /** Absolute. */
  codeDir: string;
}

export interface Findings {
  problems: string[];
  warnings: string[];
}

export function inspect(needs: InspectNeeds, functions: readonly Inspected[]): Findings {
  const findings: Findings = { problems: [], warnings: [] };
  for (const each of functions) inspectOne(needs, each, findings);
  findings.problems.push(...sameNames(functions));
  return findings;
}

function inspectOne(needs: InspectNeeds, { definition, codeDir }: Inspected, { problems, warnings }: Findings): void {
  const { functionName, region, role, triggers } = definition;
  const missing = missingCode(codeDir, definition);
  if (missing !== undefined) problems.push(`Function ${functionName}: ${missing}`);
  if (region !== needs.region)
    warnings.push(`Function ${functionName} is written for ${region}; it is served in ${needs.region}.`);
  if (hasRole(role)) {
    const refusal = needs.roles.refusal({ roleArn: roleArnOf(role, needs.accountId), service: FC_SERVICE });
    if (refusal !== undefined)
      warnings.push(`Function ${functionName}: every call will fail, for its role can't be assumed: ${refusal}`);
  }
  for (const trigger of triggers) inspectTrigger(needs, { functionName, trigger }, { problems, warnings });
}

function inspectTrigger(
  { validateFilterPattern }: InspectNeeds,
  { functionName, trigger }: { functionName: string; trigger: TriggerDefinition },
  { problems, warnings }: Findings,
): void {
  const name = `Trigger ${trigger.triggerName} of ${functionName}`;
  const unserved = unservedTrigger(trigger);
  if (unserved !== undefined) warnings.push(`${name}: ${unserved}; it will not fire.`);
  if (trigger.triggerType !== 'eventbridge') return;
  const verdict = validateFilterPattern(filterPattern(trigger));
  if (verdict.ok) warnings.push(...verdict.warnings.map((lint) => `${name}: ${lint}`));
  else problems.push(`${name}: eventRuleFilterPattern: ${verdict.message}`);
}

/** The template's reader has seen to it that the text is JSON. */
function filterPattern({ triggerConfig }: TriggerDefinition): unknown {
  return JSON.parse(String(triggerConfig.eventRuleFilterPattern ?? '{}'));
}

function sameNames(functions: readonly Inspected[]): string[] {
  const sources = new Map<string, string>();
  return functions.flatMap(({ definition: { functionName }, source }) => {
    const other = sources.get(functionName);
    sources.set(functionName, source);
    return other === undefined ? [] : [`Function ${functionName} is in two templates: ${other} and ${source}.`];
  });
}
