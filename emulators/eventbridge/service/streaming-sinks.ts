/** Sinks of event streamings as targets: those that are served, and what of one is not. */
import { constantParam as constant, ORIGINAL_BODY, type TargetRow } from '../store/rules.ts';
import type { StreamingRow } from '../store/streamings.ts';
import type { Param } from '../transform/param.ts';
import { functionTarget } from './function-target.ts';
import type { Owner } from './names.ts';

type Sink = StreamingRow['sink'];

export type MadeSink =
  | (Pick<TargetRow, 'type' | 'endpoint' | 'params'> & {
      takes: 'batches' | 'asynchronous batches' | 'events';
      concurrency?: number | undefined;
    })
  /** The end of a sentence that begins with the sink. */
  | { problem: string };

/** Those that are served. */
export const SINKS: Readonly<Partial<Record<string, (sink: Sink, owner: Owner) => MadeSink>>> = {
  SinkFcParameters: toFunction,
  SinkHttpsParameters: toUrl,
  SinkApiDestinationParameters: toApiDestination,
};

const FC_MEMBERS = new Set(
  ['ServiceName', 'FunctionName', 'Qualifier', 'InvocationType', 'Body', 'Concurrency'].concat('DataFormat'),
);

/** UNVERIFIED EVB-156: whatever DataFormat says, a function gets an array; the service of FC 2.0 is not looked at. */
function toFunction({ params, parameters }: Sink, owner: Owner): MadeSink {
  const problem = findStrange(parameters, FC_MEMBERS) ?? findChanging(params);
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
    takes: type === 'async' ? 'asynchronous batches' : 'batches',
    concurrency: concurrency === undefined ? undefined : Number(concurrency),
  };
}

const HTTPS_MEMBERS = new Set(
  ['URL', 'Body', 'Method', 'Token', 'NetworkType', 'VpcId', 'VSwitchIds'].concat('SecurityGroupId'),
);

/** UNVERIFIED EVB-157: an address gets the same array, in one POST. */
function toUrl({ params, parameters }: Sink): MadeSink {
  const problem = findStrange(parameters, HTTPS_MEMBERS) ?? findChanging(params);
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
    takes: 'batches',
  };
}

const DESTINATION_MEMBERS = new Set(['Name', 'HeaderParameters', 'BodyParameters', 'QueryStringParameters']);

/** UNVERIFIED EVB-162: an API destination is called for each event; what it would be given of a batch is not known. */
function toApiDestination({ params, parameters }: Sink, { region, accountId }: Owner): MadeSink {
  const problem = findStrange(parameters, DESTINATION_MEMBERS);
  if (problem !== undefined) return { problem };
  const name = params.find(({ key }) => key === 'Name')?.value ?? '';
  if (name === '') return { problem: 'names no Name.' };
  const endpoint = `acs:api-destination:${region}:${accountId}:name/${name}`;
  return { type: 'acs.api.destination', endpoint, params: [...params], takes: 'events' };
}

function findStrange(parameters: object, known: ReadonlySet<string>): string | undefined {
  const strange = Object.keys(parameters).find((name) => !known.has(name));
  if (strange === undefined) return undefined;
  return `has "${strange.slice(0, 100)}", which is kept, but not served by LocalYun yet.`;
}

/** One call is for many events: only its body can be made from them. */
function findChanging(params: readonly Param[]): string | undefined {
  const made = params.find(({ key, form }) => key !== 'Body' && form !== 'CONSTANT');
  return (
    made && `has ${made.key} in the form ${made.form}: only Body can be made from events, the others are CONSTANT.`
  );
}

function bodyOf(params: readonly Param[]): Param {
  return params.find(({ key }) => key === 'Body') ?? ORIGINAL_BODY;
}
