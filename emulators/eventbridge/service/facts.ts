/** Reads the outbox facts this room listens to once, at its edge; everything after trusts them. */
import { z } from 'zod';
import { principalSchema } from '../../../src/kernel/principal.ts';
import type { ObjectChanged, TriggerChanged } from '../../../src/ports/facts.ts';
import { DATE_MAX_MS, EVENT_ID_CHARACTERS_MAX, FC_NAME_CHARACTERS_MAX } from '../limits.ts';

const objectChanged = z.object({
  eventName: z.string().max(128),
  bucket: z.string(),
  key: z.string().optional(),
  sizeBytes: z.number(),
  deltaSizeBytes: z.number(),
  etag: z.string(),
  contentType: z.string().optional(),
  position: z.number().optional(),
  variables: z.record(z.string(), z.string()).optional(),
  requestId: z.string().min(1).max(EVENT_ID_CHARACTERS_MAX),
  nth: z.number().optional(),
  sourceIp: z.string(),
  principal: principalSchema,
  region: z.string(),
  accountId: z.string(),
  at: z.number().min(0).max(DATE_MAX_MS),
});

/** Undefined when the fact is not what the port says: the caller logs it and moves on. */
export function readObjectChanged(body: unknown): ObjectChanged | undefined {
  const parsed = objectChanged.safeParse(body);
  // The schema says what the port's type says; only the way absent fields are typed differs.
  return parsed.success ? (parsed.data as ObjectChanged) : undefined;
}

const triggerChanged = z.object({
  functionName: z.string().min(1).max(FC_NAME_CHARACTERS_MAX),
  qualifier: z.string(),
  triggerName: z.string().min(1).max(FC_NAME_CHARACTERS_MAX),
  triggerType: z.string(),
  // A fact need not carry what is undefined.
  config: z.unknown().optional(),
});

/** Undefined when the fact is not what the port says. `config` is read later: a bad one makes a rule that says so. */
export function readTriggerChanged(body: unknown): TriggerChanged | undefined {
  const parsed = triggerChanged.safeParse(body);
  return parsed.success ? { ...parsed.data, config: parsed.data.config } : undefined;
}
