/** The native OSS trigger's configuration: what it must say, and which changes of which bucket it means. */
import { z } from 'zod';
import type { ObjectChanged } from '../../../src/ports/facts.ts';

/** Component schema, trigger type `oss`. */
const OSS_TRIGGER_EVENTS = [
  'oss:ObjectCreated:*',
  'oss:ObjectCreated:PutObject',
  'oss:ObjectCreated:PostObject',
  'oss:ObjectCreated:CopyObject',
  'oss:ObjectCreated:CompleteMultipartUpload',
  'oss:ObjectCreated:AppendObject',
  'oss:ObjectCreated:PutSymlink',
  'oss:ObjectCreated:InitiateMultipartUpload',
  'oss:ObjectCreated:UploadPart',
  'oss:ObjectCreated:UploadPartCopy',
  'oss:ObjectRemoved:DeleteObject',
  'oss:ObjectRemoved:DeleteObjects',
  'oss:ObjectRemoved:AbortMultipartUpload',
  'oss:ObjectModified:UpdateObjectMeta',
] as const;

export const ossTriggerConfigSchema = z.strictObject({
  events: z.array(z.enum(OSS_TRIGGER_EVENTS)).min(1, 'at least one event'),
  filter: z
    .strictObject({
      key: z.strictObject({ prefix: z.string().default(''), suffix: z.string().default('') }).optional(),
    })
    .optional(),
});

export type OssTriggerConfig = z.output<typeof ossTriggerConfigSchema>;

/** `acs:oss:<region>:<account>:<bucket>`; region and account may be empty, and are whose template it is. */
export function bucketOfSourceArn(sourceArn: string): string | undefined {
  return /^acs:oss:[^:]*:[^:]*:([a-z0-9][a-z0-9-]*)$/.exec(sourceArn)?.[1];
}

/** Help page "OSS triggers": one of the events, and the prefix, and the suffix. */
export function isMeant(
  config: OssTriggerConfig,
  { eventName, key }: Pick<ObjectChanged, 'eventName' | 'key'>,
): boolean {
  if (key === undefined) return false;
  const name = `oss:${eventName}`;
  const isEvent = config.events.some((event) =>
    event.endsWith('*') ? name.startsWith(event.slice(0, -1)) : name === event,
  );
  const { prefix = '', suffix = '' } = config.filter?.key ?? {};
  return isEvent && key.startsWith(prefix) && key.endsWith(suffix);
}
