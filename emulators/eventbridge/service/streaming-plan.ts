/** What an event streaming does when it runs: the bus it reads and the target it feeds, or why it can't run here. */
import { constantParam as constant, ORIGINAL_BODY, type TargetRow } from '../store/rules.ts';
import type { StreamingRow } from '../store/streamings.ts';
import type { Param } from '../transform/param.ts';
import { batchOf } from './batch-window.ts';
import { functionTarget } from './function-target.ts';
import type { Owner } from './names.ts';
import { EVENT_BUS_SOURCE, FC_SINK, HTTPS_SINK } from './streaming-kinds.ts';

export type Plan =
  /** `behind`: only events that this rule of the bus matches, too. */
  { ok: true; bus: string; behind: string | undefined; target: TargetRow } | { ok: false; reason: string };

export const SINK_TARGET = 'sink';

export function planOf({ source, sink, runOptions, transforms }: StreamingRow, owner: Owner): Plan {
  if (source.kind !== EVENT_BUS_SOURCE) return no(`its source ${notServed(source.kind, EVENT_BUS_SOURCE)}`);
  const { EventBusName: bus, EventRuleName: behind } = source.parameters;
  if (typeof bus !== 'string' || bus === '') return no(`${EVENT_BUS_SOURCE} names no EventBusName.`);
  if (transforms && transforms.length > 0) return no('its Transforms are kept, but not served by LocalYun yet.');
  if (runOptions.read.throttling !== undefined)
    return no('RunOptions.Throttling is kept, but not served by LocalYun yet.');
  const made = sink.kind === FC_SINK ? toFunction(sink, owner) : sink.kind === HTTPS_SINK ? toUrl(sink) : undefined;
  if (!made) return no(`its sink ${notServed(sink.kind, `${FC_SINK} or ${HTTPS_SINK}`)}`);
  if ('problem' in made) return no(`its sink ${sink.kind} ${made.problem}`);
  const { retry, errorsTolerance, deadLetterQueue, maximumTasks, batchWindow } = runOptions.read;
  const { isAsync, concurrency, ...delivered } = made;
  return {
    ok: true,
    bus,
    behind: typeof behind === 'string' && behind !== '' ? behind : undefined,
    target: {
      ...{ id: SINK_TARGET, ...delivered, madeFrom: 'event', retry, errorsTolerance, deadLetterQueue },
      batch: batchOf(batchWindow, { isAsync }),
      // UNVERIFIED EVB-155: the sink's own Concurrency wins over MaximumTasks; both are calls at the same time.
      concurrencyMax: concurrency ?? maximumTasks,
      blocked: undefined,
    },
  };
}

type Sink = StreamingRow['sink'];
type MadeTarget = Pick<TargetRow, 'type' | 'endpoint' | 'params'> & {
  isAsync: boolean;
  concurrency?: number | undefined;
};

const FC_MEMBERS = new Set(
  ['ServiceName', 'FunctionName', 'Qualifier', 'InvocationType', 'Body', 'Concurrency'].concat('DataFormat'),
);

/** UNVERIFIED EVB-156: whatever DataFormat says, a function gets an array; the service of FC 2.0 is not looked at. */
function toFunction({ params, parameters }: Sink, owner: Owner): MadeTarget | { problem: string } {
  const problem = findProblem(params, parameters, FC_MEMBERS);
  if (problem !== undefined) return { problem };
  const text = (name: string) => params.find(({ key }) => key === name)?.value || undefined;
  const functionName = text('FunctionName');
  if (functionName === undefined) return { problem: 'names no FunctionName.' };
  const qualifier = text('Qualifier');
  const concurrency = text('Concurrency');
  if (concurrency !== undefined && !/^[1-9]\d{0,2}$/.test(concurrency))
    return { problem: `has the Concurrency "${concurrency.slice(0, 20)}", which is no number from 1 to 999.` };
  const type = (text('InvocationType') ?? 'Sync').toLowerCase();
  if (type !== 'sync' && type !== 'async')
    return { problem: `has the InvocationType "${type.slice(0, 20)}", which is neither Sync nor Async.` };
  const invocationType = type === 'async' ? 'Async' : 'Sync';
  return {
    ...functionTarget({ functionName, qualifier, invocationType, body: bodyOf(params) }, owner),
    isAsync: type === 'async',
    concurrency: concurrency === undefined ? undefined : Number(concurrency),
  };
}

const HTTPS_MEMBERS = new Set(
  ['URL', 'Body', 'Method', 'Token', 'NetworkType', 'VpcId', 'VSwitchIds'].concat('SecurityGroupId'),
);

/** UNVERIFIED EVB-157: an address gets the same array, in one POST. */
function toUrl({ params, parameters }: Sink): MadeTarget | { problem: string } {
  const problem = findProblem(params, parameters, HTTPS_MEMBERS);
  if (problem !== undefined) return { problem };
  const text = (name: string) => params.find(({ key }) => key === name)?.value || undefined;
  const url = text('URL') ?? '';
  if (!/^https?:\/\/./i.test(url))
    return { problem: `has the URL "${url.slice(0, 100)}", which is no http or https URL.` };
  const method = text('Method')?.toUpperCase() ?? 'POST';
  if (method !== 'POST')
    return { problem: `has the Method ${method.slice(0, 20)}: only POST is served by LocalYun yet.` };
  const token = text('Token');
  return {
    type: /^https/i.test(url) ? 'https' : 'http',
    endpoint: url,
    params: [bodyOf(params), constant('url', url), ...(token ? [constant('Token', token)] : [])],
    isAsync: false,
  };
}

/** One call is for many events: only its body can be made from them. */
function findProblem(params: readonly Param[], parameters: object, known: ReadonlySet<string>): string | undefined {
  const strange = Object.keys(parameters).find((name) => !known.has(name));
  if (strange !== undefined) return `has ${strange.slice(0, 100)}, which is kept, but not served by LocalYun yet.`;
  const made = params.find(({ key, form }) => key !== 'Body' && form !== 'CONSTANT');
  return (
    made && `has ${made.key} in the form ${made.form}: only Body can be made from events, the others are CONSTANT.`
  );
}

function bodyOf(params: readonly Param[]): Param {
  return params.find(({ key }) => key === 'Body') ?? ORIGINAL_BODY;
}

function notServed(kind: string, served: string): string {
  return `${kind} is kept, but not served by LocalYun yet: only ${served} is.`;
}

function no(reason: string): Plan {
  return { ok: false, reason };
}
