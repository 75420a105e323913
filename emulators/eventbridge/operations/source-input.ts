/** What CreateEventSource and UpdateEventSource are given. */
import { z } from 'zod';
import type { SourceInput } from '../sources/source-input.ts';
import { jsonText } from './api.ts';

/** A function, so that what it says is made with the first call of either. */
export function sourceInput() {
  const list = jsonText(z.array(z.string()));
  // Texts, which clients also send as numbers or JSON.
  const text = z.union([z.string(), z.number().transform(String), z.record(z.string(), z.unknown()).transform(asJson)]);
  const anything = jsonText(z.unknown()).optional();
  return {
    EventSourceName: z.string().min(1),
    Description: z.string().optional(),
    LinkedExternalSource: z
      .union([z.boolean(), z.enum(['true', 'false']).transform((flag) => flag === 'true')])
      .optional(),
    ExternalSourceType: z.string().optional(),
    SourceHttpEventParameters: jsonText(
      z.object({
        Type: z.string().optional(),
        Method: list.optional(),
        SecurityConfig: z.string().optional(),
        Ip: list.optional(),
        Referer: list.optional(),
      }),
    ).optional(),
    SourceScheduledEventParameters: jsonText(
      z.object({ Schedule: text.optional(), TimeZone: z.string().optional(), UserData: text.optional() }),
    ).optional(),
    SourceMNSParameters: anything,
    SourceRabbitMQParameters: anything,
    SourceRocketMQParameters: anything,
    SourceKafkaParameters: anything,
    SourceSLSParameters: anything,
    SourceOSSEventParameters: anything,
  };
}

/** Types that are not served, by the parameters that ask for one. */
const OTHERS = ['MNS', 'RabbitMQ', 'RocketMQ', 'Kafka', 'SLS', 'OSSEvent'] as const;

type Given = z.output<z.ZodObject<ReturnType<typeof sourceInput>>>;

/** Terraform's `alicloud_event_bridge_event_source_v2` sends `{}` for each kind of source that its update says nothing of. */
export function withoutEmpty<Input extends Given>(input: Input): Input {
  const told = Object.entries(input).filter(([name, value]) => !name.endsWith('Parameters') || !isEmpty(value));
  return Object.fromEntries(told) as Input;
}

export function toSourceInput(input: Given): SourceInput {
  const others: string[] = OTHERS.filter((type) => input[`Source${type}Parameters`] !== undefined);
  const { SourceHttpEventParameters: http, SourceScheduledEventParameters: schedule } = input;
  // The parameters of one that is served say more than its name.
  const isNamed = others.length > 0 || http !== undefined || schedule !== undefined;
  if (input.LinkedExternalSource && !isNamed) others.push(input.ExternalSourceType || 'ExternalSource');
  return { http, schedule, others };
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every((each) => each === undefined);
}

function asJson(value: unknown): string {
  return JSON.stringify(value);
}
