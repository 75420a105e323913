/** Which trigger types fire here, and what their configuration must say. */
import type { z } from 'zod';
import { eventBridgeTriggerConfigSchema, unservedEventBridgeTrigger } from './eventbridge-config.ts';
import { bucketOfSourceArn, ossTriggerConfigSchema } from './oss-config.ts';

export interface TriggerFacts {
  triggerType: string;
  triggerConfig: unknown;
  sourceArn: string | undefined;
}

/** The schema of a type's configuration; undefined for a type that nothing here reads. */
export function triggerConfigSchema(triggerType: string): z.ZodType<Record<string, unknown>> | undefined {
  if (triggerType === 'oss') return ossTriggerConfigSchema;
  return triggerType === 'eventbridge' ? eventBridgeTriggerConfigSchema : undefined;
}

/** What is wrong besides the configuration's own shape. */
export function triggerProblem({
  triggerType,
  sourceArn,
}: TriggerFacts): { key: 'sourceArn'; message: string } | undefined {
  if (triggerType !== 'oss' || (sourceArn !== undefined && bucketOfSourceArn(sourceArn) !== undefined))
    return undefined;
  const found = sourceArn === undefined ? 'is missing' : `"${sourceArn}" names no bucket`;
  return { key: 'sourceArn', message: `sourceArn ${found}: an oss trigger wants acs:oss:<region>:<account>:<bucket>.` };
}

/** Why a trigger won't fire here; undefined when it will. */
export function unservedTrigger({ triggerType, triggerConfig }: TriggerFacts): string | undefined {
  if (triggerType === 'oss') return undefined;
  if (triggerType !== 'eventbridge') return `triggers of type ${triggerType} are not served yet`;
  return unservedEventBridgeTrigger(eventBridgeTriggerConfigSchema.parse(triggerConfig));
}
