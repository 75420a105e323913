/** Reads targets as clients write them, and says what of them can't be used. */
import { z } from 'zod';
import { EVENT_DEPTH_MAX } from '../limits.ts';
import type { RetryRow, TargetRow } from '../store/rules.ts';
import { checkParam, lintParam, type Param } from '../transform/index.ts';
import { isDeeper } from './check-event.ts';
import { hintOfForeignFunction } from './foreign-function.ts';
import type { Owner } from './names.ts';

export interface ReadTargets {
  targets: TargetRow[];
  problems: TargetProblem[];
  hints: string[];
}

export interface TargetProblem {
  id: string;
  code: 'EventRuleTargetsInvalid' | 'EventRuleTargetIdDuplicate';
  message: string;
}

/** Help page "Event target parameters", and the list terraform-provider-alicloud validates with. */
export const TARGET_TYPES: readonly string[] = [
  ...['acs.fc.function', 'acs.mns.queue', 'acs.mns.topic', 'acs.sls', 'http', 'https', 'acs.eventbridge'],
  ...['acs.dingtalk', 'acs.rocketmq', 'acs.alikafka', 'acs.rabbitmq', 'acs.sms', 'acs.mail', 'acs.rds.mysql'],
  ...['mysql', 'acs.api.destination', 'acs.fnf', 'acs.sae', 'acs.k8s', 'acs.datahub', 'acs.eventbridge.olap'],
  ...['acs.arms.loki', 'acs.eventbus.SLSCloudLens', 'acs.openapi', 'ApacheKafkaSelf'],
];

/** Values come as texts, and in samples also as numbers, booleans or objects. */
const text = z
  .unknown()
  .default('')
  .transform((value) => (typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value)));
const param = z.object({
  ResourceKey: z.string().min(1).max(128),
  Form: z
    .string()
    .transform((form) => form.toUpperCase())
    .pipe(z.enum(['ORIGINAL', 'JSONPATH', 'CONSTANT', 'TEMPLATE'])),
  Value: text,
  Template: text,
});
const targetInput = z.object({
  Id: z.string().min(1).max(255),
  Type: z.string().refine((type) => TARGET_TYPES.includes(type), 'is no type of target'),
  Endpoint: z.string().max(4096).default(''),
  ParamList: z.array(z.preprocess(pascalCased, param)).max(64).default([]),
  PushRetryStrategy: z.string().optional(),
  ErrorsTolerance: z.enum(['ALL', 'NONE']).default('ALL'),
  DeadLetterQueue: z.record(z.string(), z.unknown()).optional(),
  ConcurrentConfig: z.object({ Concurrency: z.coerce.number().int().positive().max(1000).optional() }).optional(),
});

/** Never throws: PutTargets tells of each target apart. */
export async function readTargets(raw: readonly unknown[], owner: Owner): Promise<ReadTargets> {
  const read: ReadTargets = { targets: [], problems: [], hints: [] };
  for (const each of await Promise.all(raw.map(readTarget))) {
    if (!each.ok) read.problems.push({ id: each.id, code: 'EventRuleTargetsInvalid', message: each.problem });
    else if (read.targets.some(({ id }) => id === each.target.id))
      read.problems.push({
        id: each.target.id,
        code: 'EventRuleTargetIdDuplicate',
        message: 'The id of event target is duplicate!',
      });
    else {
      read.targets.push(each.target);
      const foreign = hintOfForeignFunction(each.target, owner);
      read.hints.push(...each.hints, ...(foreign === undefined ? [] : [foreign]));
    }
  }
  return read;
}

type ReadTarget = { ok: true; target: TargetRow; hints: string[] } | { ok: false; id: string; problem: string };

async function readTarget(raw: unknown): Promise<ReadTarget> {
  if (isDeeper(raw, EVENT_DEPTH_MAX))
    return { ok: false, id: idOf(raw), problem: `the target: nests deeper than ${EVENT_DEPTH_MAX}` };
  const parsed = targetInput.safeParse(pascalCased(raw));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.map(String).join('.') || 'the target';
    return { ok: false, id: idOf(raw), problem: `${where}: ${issue?.message ?? 'is not valid'}` };
  }
  const given = parsed.data;
  const params = given.ParamList.map(toParam);
  const problem = await findProblem(params);
  if (problem !== undefined) return { ok: false, id: given.Id, problem };
  const arn = given.DeadLetterQueue?.Arn;
  const target: TargetRow = {
    id: given.Id,
    type: given.Type,
    endpoint: given.Endpoint,
    params,
    madeFrom: 'event',
    retry: { strategy: strategyOf(given.PushRetryStrategy), retriesMax: undefined, eventAgeMaxMs: undefined },
    errorsTolerance: given.ErrorsTolerance,
    deadLetterQueue: typeof arn === 'string' && arn !== '' ? given.DeadLetterQueue : undefined,
    concurrencyMax: given.ConcurrentConfig?.Concurrency,
    blocked: undefined,
  };
  const twice = params.find(({ key }, at) => params.slice(at + 1).some((other) => isSame(other.key, key)));
  const hints = params.map(lintParam).filter((hint) => hint !== undefined);
  if (twice) hints.push(`${twice.key} is given twice: the last one counts`);
  return { ok: true, target, hints };
}

/** Parameters by themselves, as the sinks of event streamings have them. */
export async function readParams(
  raw: readonly unknown[],
): Promise<{ ok: true; params: Param[] } | { ok: false; problem: string }> {
  const parsed = z.array(param).safeParse(raw);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const at = raw[Number(issue?.path[0])] as { ResourceKey?: unknown } | undefined;
    const where = [String(at?.ResourceKey ?? 'a parameter'), ...(issue?.path.slice(1) ?? [])].join('.');
    return { ok: false, problem: `${where}: ${issue?.message ?? 'it is not valid'}` };
  }
  const params = parsed.data.map(toParam);
  const problem = await findProblem(params);
  return problem === undefined ? { ok: true, params } : { ok: false, problem };
}

function isSame(key: string, other: string): boolean {
  return key.toLowerCase() === other.toLowerCase();
}

function toParam({ ResourceKey, Form, Value, Template }: z.output<typeof param>): Param {
  return { key: ResourceKey, form: Form, value: Value, template: Template };
}

async function findProblem(params: readonly Param[]): Promise<string | undefined> {
  for (const each of params) {
    const problem = await checkParam(each);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** RocketMQ EventBridge source: whatever is not known is BACKOFF_RETRY. */
function strategyOf(name: string | undefined): RetryRow['strategy'] {
  return name === 'EXPONENTIAL_DECAY_RETRY' ? name : 'BACKOFF_RETRY';
}

function pascalCased(value: unknown): unknown {
  return typeof value !== 'object' || value === null || Array.isArray(value) ? value : pascalNames(value);
}

/** Clients differ in how the names of members begin. */
export function pascalNames(value: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name.charAt(0).toUpperCase() + name.slice(1), member]),
  );
}

function idOf(raw: unknown): string {
  const id = (pascalCased(raw) as { Id?: unknown } | null | undefined)?.Id;
  return typeof id === 'string' ? id.slice(0, 255) : '';
}
