/** The eventbridge trigger's configuration. What it makes of events is the EventBridge room's work. */
import { z } from 'zod';

const record = z.record(z.string(), z.unknown());

const EVENT_SOURCE_TYPES = ['Default', 'MNS', 'RocketMQ', 'RabbitMQ', 'Kafka', 'MQTT', 'DTS'] as const;
const MODES = ['event-driven', 'event-streaming'] as const;

export const eventBridgeTriggerConfigSchema = z.strictObject({
  triggerEnable: z.boolean().default(true),
  asyncInvocationType: z.boolean().default(false),
  eventRuleFilterPattern: z.string().default('{}').refine(isJsonObjectText, 'JSON text of an object'),
  // The component needs the block; the API takes its absence for Default.
  eventSourceConfig: z
    .strictObject({
      eventSourceType: z.enum(EVENT_SOURCE_TYPES).default('Default'),
      eventSourceParameters: record.optional(),
    })
    .optional(),
  eventSinkConfig: z
    .strictObject({
      deliveryOption: z
        .strictObject({
          mode: z.enum(MODES).optional(),
          eventSchema: z.enum(['CloudEvents', 'RawData']).optional(),
          concurrency: z.number().int().positive().optional(),
        })
        .optional(),
    })
    .optional(),
  runOptions: z
    .strictObject({
      mode: z.enum(MODES).optional(),
      maximumTasks: z.number().int().positive().optional(),
      errorsTolerance: z.enum(['ALL', 'NONE']).optional(),
      retryStrategy: z
        .strictObject({
          PushRetryStrategy: z.enum(['BACKOFF_RETRY', 'EXPONENTIAL_DECAY_RETRY']).optional(),
          MaximumEventAgeInSeconds: z.number().int().nonnegative().optional(),
          MaximumRetryAttempts: z.number().int().nonnegative().optional(),
        })
        .optional(),
      deadLetterQueue: z.strictObject({ Arn: z.string() }).optional(),
      batchWindow: z
        .strictObject({
          // Help page "Advanced features of triggers"; 0 is how clients leave a number unset.
          CountBasedWindow: z.number().int().min(0).max(10_000).optional(),
          TimeBasedWindow: z.number().int().min(0).max(15).optional(),
        })
        .optional(),
    })
    .optional(),
});

export type EventBridgeTriggerConfig = z.output<typeof eventBridgeTriggerConfigSchema>;

/** Why a trigger of this configuration can't fire here; undefined when it can. */
export function unservedEventBridgeTrigger(config: EventBridgeTriggerConfig): string | undefined {
  const source = config.eventSourceConfig?.eventSourceType ?? 'Default';
  return source === 'Default' ? undefined : `event source ${source} is not served yet`;
}

function isJsonObjectText(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
