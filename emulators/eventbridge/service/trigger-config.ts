/** Reads the configuration of an FC trigger of type eventbridge, and says what of it is not served here. */
import { z } from 'zod';
import { WINDOW_EVENTS_MAX, WINDOW_SECONDS_MAX } from '../limits.ts';
import type { BatchRow, RetryRow } from '../store/rules.ts';
import { batchOf } from './batch-window.ts';
import { validateFilterPattern } from './filter-pattern.ts';

export interface TriggerConfig {
  isEnabled: boolean;
  /** The pattern as text: as sent, or printed once when it came as JSON. */
  patternText: string;
  invocationType: 'Sync' | 'Async';
  eventSchema: 'CloudEvents' | 'RawData';
  retry: RetryRow;
  errorsTolerance: 'ALL' | 'NONE';
  deadLetterQueueArn: string | undefined;
  concurrencyMax: number | undefined;
  /** Of mode event-streaming. */
  batch: BatchRow | undefined;
}

export type ParsedTrigger = { ok: true; config: TriggerConfig } | { ok: false; message: string; patternText: string };

const EVENT_SOURCES = ['Default', 'MNS', 'RocketMQ', 'RabbitMQ', 'Kafka', 'MQTT', 'DTS'] as const;
const deliveryMode = z.enum(['event-driven', 'event-streaming']);

/** `@alicloud/fc20230330` source, EventBridgeTriggerConfig: the casing is mixed, and exact. */
const triggerConfig = z.object({
  triggerEnable: z.boolean().default(true),
  // The SDK's newest comment says the opposite; the name, the console and FC's older pages say: true is asynchronous.
  // UNVERIFIED EVB-008: true is asynchronous.
  asyncInvocationType: z.boolean().default(false),
  // Help page "EventBridge triggers": `{}`, the pattern that every event matches.
  eventRuleFilterPattern: z.unknown().default('{}'),
  eventSourceConfig: z.object({ eventSourceType: z.enum(EVENT_SOURCES).default('Default') }).optional(),
  eventSinkConfig: z
    .object({
      deliveryOption: z
        .object({
          mode: deliveryMode.optional(),
          eventSchema: z.enum(['CloudEvents', 'RawData']).default('CloudEvents'),
        })
        .optional(),
    })
    .optional(),
  runOptions: z
    .object({
      mode: deliveryMode.optional(),
      maximumTasks: z.number().int().nonnegative().optional(),
      errorsTolerance: z.enum(['ALL', 'NONE']).optional(),
      retryStrategy: z
        .object({
          PushRetryStrategy: z.enum(['BACKOFF_RETRY', 'EXPONENTIAL_DECAY_RETRY']).default('BACKOFF_RETRY'),
          MaximumEventAgeInSeconds: z.number().nonnegative().optional(),
          MaximumRetryAttempts: z.number().int().nonnegative().optional(),
        })
        .optional(),
      deadLetterQueue: z.object({ Arn: z.string().optional() }).optional(),
      batchWindow: z
        .object({
          CountBasedWindow: z.number().int().nonnegative().max(WINDOW_EVENTS_MAX).optional(),
          TimeBasedWindow: z.number().int().nonnegative().max(WINDOW_SECONDS_MAX).optional(),
        })
        .optional(),
    })
    .optional(),
});

type RawTrigger = z.output<typeof triggerConfig>;

/** Never throws: what is wrong, or not served, is an answer FC can give at deploy. */
export function parseTriggerConfig(raw: unknown): ParsedTrigger {
  const parsed = triggerConfig.safeParse(raw);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue?.path.map(String).join('.') || 'triggerConfig';
    return { ok: false, message: `${where}: ${issue?.message ?? 'is not valid'}`, patternText: '' };
  }
  const config = parsed.data;
  const pattern = config.eventRuleFilterPattern;
  const patternText = typeof pattern === 'string' ? pattern : JSON.stringify(pattern);
  const source = config.eventSourceConfig?.eventSourceType ?? 'Default';
  if (source !== 'Default') {
    const message = `eventSourceConfig.eventSourceType "${source}" is not served yet: only "Default", the events of Alibaba Cloud services, is.`;
    return { ok: false, message, patternText };
  }
  const valid = validateFilterPattern(patternText);
  if (!valid.ok) return { ok: false, message: valid.message, patternText };
  return { ok: true, config: toConfig(config, patternText) };
}

function toConfig(raw: RawTrigger, patternText: string): TriggerConfig {
  const { triggerEnable, asyncInvocationType, eventSinkConfig, runOptions } = raw;
  const strategy = runOptions?.retryStrategy;
  const ageSeconds = positive(strategy?.MaximumEventAgeInSeconds);
  const batch = readBatch(raw);
  return {
    isEnabled: triggerEnable,
    patternText,
    invocationType: asyncInvocationType ? 'Async' : 'Sync',
    // UNVERIFIED EVB-009: RawData is documented for streams, where each element is the event's data: so here.
    eventSchema: eventSinkConfig?.deliveryOption?.eventSchema ?? 'CloudEvents',
    retry: {
      strategy: strategy?.PushRetryStrategy ?? 'BACKOFF_RETRY',
      retriesMax: positive(strategy?.MaximumRetryAttempts),
      eventAgeMaxMs: ageSeconds && ageSeconds * 1000,
    },
    // UNVERIFIED EVB-010: the SDK's default NONE belongs to streams; a rule that says nothing goes on after a failure.
    errorsTolerance: runOptions?.errorsTolerance ?? (batch ? 'NONE' : 'ALL'),
    deadLetterQueueArn: runOptions?.deadLetterQueue?.Arn || undefined,
    // UNVERIFIED EVB-011: maximumTasks is taken as the number of deliveries at the same time.
    concurrencyMax: positive(runOptions?.maximumTasks),
    batch,
  };
}

/**
 * UNVERIFIED EVB-152: that the events of the bus `default` can be had in this mode, too; documented it is for message
 * sources, which are not served here.
 */
function readBatch({ asyncInvocationType, eventSinkConfig, runOptions }: RawTrigger): BatchRow | undefined {
  const mode = runOptions?.mode ?? eventSinkConfig?.deliveryOption?.mode;
  return mode === 'event-streaming' ? batchOf(runOptions?.batchWindow, { isAsync: asyncInvocationType }) : undefined;
}

/** 0 is how clients leave a number unset. */
function positive(value: number | undefined): number | undefined {
  return value === undefined || value === 0 ? undefined : value;
}
