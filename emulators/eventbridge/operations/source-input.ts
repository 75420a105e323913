/** What CreateEventSource and UpdateEventSource are given. */
import { z } from 'zod';
import type { SourceInput } from '../sources/source-input.ts';
import { jsonText } from './api.ts';

const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);
/** Texts, which clients also send as numbers or JSON. */
const text = z.union([z.string(), z.number().transform(String), z.record(z.string(), z.unknown()).transform(asJson)]);
const list = jsonText(z.array(z.string()));
const anything = z.unknown().optional();

export const sourceInput = {
  EventSourceName: z.string().min(1),
  Description: z.string().optional(),
  LinkedExternalSource: flag.optional(),
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

/** Types that are not served, by the parameters that ask for one. */
const OTHERS = ['MNS', 'RabbitMQ', 'RocketMQ', 'Kafka', 'SLS', 'OSSEvent'] as const;

export function toSourceInput(input: z.output<z.ZodObject<typeof sourceInput>>): SourceInput {
  const others: string[] = OTHERS.filter((type) => input[`Source${type}Parameters`] !== undefined);
  if (input.LinkedExternalSource && others.length === 0) others.push(input.ExternalSourceType || 'ExternalSource');
  return { http: input.SourceHttpEventParameters, schedule: input.SourceScheduledEventParameters, others };
}

function asJson(value: unknown): string {
  return JSON.stringify(value);
}
