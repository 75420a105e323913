/** Reads what an event streaming is made of, and refuses what no streaming could have. */
import { z } from 'zod';
import { EventBridgeError } from '../errors.ts';
import { EVENT_DEPTH_MAX, WINDOW_EVENTS_MAX, WINDOW_SECONDS_MAX } from '../limits.ts';
import type { JsonObject, PartRow, RunOptionsRow, StreamingRow } from '../store/streamings.ts';
import { lintParam } from '../transform/index.ts';
import { isDeeper } from './check-event.ts';
import { checkPattern } from './filter-pattern.ts';
import { SINK_KINDS, SOURCE_KINDS } from './streaming-kinds.ts';
import { pascalNames, readParams } from './target-input.ts';

export interface StreamingParts {
  patternText: string | undefined;
  source: unknown;
  sink: unknown;
  runOptions: unknown;
  transforms: unknown;
}

export type ReadStreaming = Pick<StreamingRow, 'patternText' | 'source' | 'sink' | 'runOptions' | 'transforms'> & {
  hints: string[];
};

/** `@alicloud/eventbridge20200401` source. */
export interface BusinessOption {
  BusinessMode?: 'CapacityUnitMode' | 'EventNumMode' | undefined;
  MinCapacityUnitCount?: number | undefined;
  MaxCapacityUnitCount?: number | undefined;
}

/** UNVERIFIED EVB-220: how fast a streaming of so many capacity units is; the pages have no number for it. */
export const BUSINESS_OPTION_HINT =
  'BusinessOption is kept and given back, and has no effect: nothing is charged here, and capacity units bound nothing.';

export async function readStreaming(parts: StreamingParts): Promise<ReadStreaming> {
  const { patternText, transforms } = parts;
  const given = { Source: parts.source, Sink: parts.sink, RunOptions: parts.runOptions, Transforms: transforms };
  for (const [name, part] of Object.entries(given))
    if (isDeeper(part, EVENT_DEPTH_MAX)) throw invalid(name, `it nests deeper than ${EVENT_DEPTH_MAX}`);
  const hints = patternText === undefined ? [] : checkPattern(patternText);
  const source = readPart('Source', parts.source, SOURCE_KINDS);
  const sink = readPart('Sink', parts.sink, SINK_KINDS);
  const read = await readParams(Object.entries(sink.parameters).flatMap(asParam));
  if (!read.ok) throw invalid(`Sink.${sink.kind}`, read.problem);
  const runOptions = readRunOptions(parts.runOptions);
  return {
    ...{ patternText, source, sink: { ...sink, params: read.params } },
    runOptions,
    transforms: transforms === undefined ? undefined : parse('Transforms', z.array(objects()), transforms),
    hints: [
      ...hints,
      ...read.params.map(lintParam).filter((hint) => hint !== undefined),
      ...(runOptions.sent?.BusinessOption ? [BUSINESS_OPTION_HINT] : []),
    ],
  };
}

/** `@alicloud/eventbridge20200401` source: exactly one kind of source, and of sink. */
function readPart(name: 'Source' | 'Sink', given: unknown, kinds: readonly string[]): PartRow {
  if (given === undefined) throw new EventBridgeError('MissingParameter', { parameter: name });
  const members = Object.entries(parse(name, z.record(z.string(), z.unknown()), given)).filter(
    ([, member]) => member !== null && member !== undefined,
  );
  const [first, second] = members;
  if (!first || second)
    throw invalid(name, `it must have exactly one of the kinds, and has ${members.length || 'none'}`);
  const [kind, parameters] = first;
  if (!kinds.includes(kind)) throw invalid(name, `${kind.slice(0, 100)} is no kind of it`);
  return { kind, parameters: parse(`${name}.${kind}`, objects(), parameters) };
}

/** Values of sinks come wrapped with how they are made, or plain; lists and maps of a sink are not looked into. */
function asParam([key, value]: [string, unknown]): Record<string, unknown>[] {
  if (value === null || value === undefined || Array.isArray(value)) return [];
  if (typeof value !== 'object') return [{ ResourceKey: key, Form: 'CONSTANT', Value: value }];
  const wrapped = pascalNames(value);
  if (!['Form', 'Value', 'Template'].some((name) => Object.hasOwn(wrapped, name))) return [];
  // `@alicloud/eventbridge20200401` source: CONSTANT is the default.
  const { Form, Value, Template } = wrapped;
  return [{ ResourceKey: key, Form: Form || 'CONSTANT', Value: Value ?? '', Template: Template ?? '' }];
}

function readRunOptions(given: unknown): StreamingRow['runOptions'] {
  if (given === undefined) return { sent: undefined, read: toRunOptions({}) };
  const sent = parse('RunOptions', objects(), given);
  return { sent, read: toRunOptions(parse('RunOptions', runOptionsSchema(), sent)) };
}

/** The run options with another way to be charged: of the option, what is not said stays. */
export function withBusinessOption(
  before: StreamingRow['runOptions'],
  given: BusinessOption,
): StreamingRow['runOptions'] {
  const said = Object.entries(given).filter(([, value]) => value !== undefined);
  const option = { ...(before.sent?.BusinessOption as JsonObject | null | undefined), ...Object.fromEntries(said) };
  return readRunOptions({ ...before.sent, BusinessOption: option });
}

function toRunOptions(given: z.output<ReturnType<typeof runOptionsSchema>>): RunOptionsRow {
  const { RetryStrategy: retry, ErrorsTolerance, DeadLetterQueue, BatchWindow } = given;
  const ageSeconds = retry?.MaximumEventAgeInSeconds || undefined;
  return {
    retry: {
      strategy: retry?.PushRetryStrategy ?? 'BACKOFF_RETRY',
      // 0 is how clients leave a number unset.
      retriesMax: retry?.MaximumRetryAttempts || undefined,
      eventAgeMaxMs: ageSeconds && ageSeconds * 1000,
    },
    // UNVERIFIED EVB-010: as for triggers of streams.
    errorsTolerance: ErrorsTolerance ?? 'NONE',
    deadLetterQueue: DeadLetterQueue?.Arn ? DeadLetterQueue : undefined,
    maximumTasks: given.MaximumTasks || undefined,
    batchWindow: BatchWindow ?? undefined,
    throttling: given.Throttling || undefined,
  };
}

/** Functions, so that schemas are made with the first call that has such parameters. */
function runOptionsSchema() {
  const number = (max = Number.MAX_SAFE_INTEGER) => z.coerce.number().int().min(0).max(max).optional();
  return z.object({
    MaximumTasks: number(1000),
    ErrorsTolerance: z.enum(['ALL', 'NONE']).optional(),
    RetryStrategy: z
      .object({
        PushRetryStrategy: z.enum(['BACKOFF_RETRY', 'EXPONENTIAL_DECAY_RETRY']).optional(),
        MaximumEventAgeInSeconds: number(),
        MaximumRetryAttempts: number(),
      })
      .nullish(),
    DeadLetterQueue: z.looseObject({ Arn: z.string().optional() }).nullish(),
    BatchWindow: z
      .object({ CountBasedWindow: number(WINDOW_EVENTS_MAX), TimeBasedWindow: number(WINDOW_SECONDS_MAX) })
      .nullish(),
    Throttling: number(),
    BusinessOption: z
      .object({
        BusinessMode: z.enum(['CapacityUnitMode', 'EventNumMode']).optional(),
        MinCapacityUnitCount: number(),
        MaxCapacityUnitCount: number(),
      })
      // UNVERIFIED EVB-221: that they must not cross, and that 0 is how clients leave a number unset.
      .refine(({ MinCapacityUnitCount: min, MaxCapacityUnitCount: max }) => !min || !max || min <= max, {
        path: ['MaxCapacityUnitCount'],
        error: 'it is less than MinCapacityUnitCount',
      })
      .nullish(),
  });
}

function objects() {
  return z.record(z.string(), z.unknown()) as z.ZodType<JsonObject>;
}

function parse<Output>(where: string, schema: z.ZodType<Output>, value: unknown): Output {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid([where, ...(issue?.path ?? []).map(String)].join('.'), issue?.message ?? 'it is not valid');
}

function invalid(parameter: string, problem: string): EventBridgeError {
  return new EventBridgeError('InvalidArgument', { message: `The parameter ${parameter} is not valid: ${problem}.` });
}
