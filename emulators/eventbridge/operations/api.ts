/**
 * An operation of EventBridge's API, written once and spoken twice: RPC on `/` with the answer under `Data`, and JSON
 * under `/openapi/` with the answer flat.
 */
import { z } from 'zod';
import { type Call, type OperationRow, operationsOf } from '../../../src/kernel/operation.ts';
import { rpcInput, rpcMatch, rpcReply } from '../../../src/protocols/rpc.ts';
import type { XmlValue } from '../../../src/protocols/xml.ts';
import { resourceOfCall } from '../service/names.ts';
import type { TargetProblem } from '../service/target-input.ts';
import type { EventBridgeServices } from './services.ts';

export const VERSION = '2020-04-01';

const operation = operationsOf<EventBridgeServices>();

export interface ApiOperation<Schema extends z.ZodType = z.ZodType> {
  name: string;
  /** Where the control plane's answer stands, if not under `Data`. */
  answersUnder?: string;
  input: () => Schema;
  /** Answers what stands under `Data`; undefined leaves it out. */
  handle(input: z.output<Schema>, services: EventBridgeServices, call: Call): XmlValue | Promise<XmlValue>;
}

export function apiOperation<Schema extends z.ZodType>(given: ApiOperation<Schema>): ApiOperation {
  return given as unknown as ApiOperation;
}

export function controlRow({
  name,
  answersUnder = 'Data',
  input,
  handle,
}: ApiOperation): OperationRow<EventBridgeServices> {
  return operation({
    name,
    match: rpcMatch(VERSION, name),
    ram: [{ action: `eventbridge:${name}` }],
    input: () => rpcInput(input()),
    handle: async (given, services, call) => ({ data: await handle(given, services, call) }),
    // Terraform wants exactly this code, also where examples show "200".
    encode: ({ data }) => rpcReply({ Code: 'Success', Message: 'success', Success: true, [answersUnder]: data }),
  });
}

/** How an operation looks on the data plane, where that is not how the control plane has it. */
export interface DataShape {
  /** Names of input that differ: theirs, then the operation's. */
  input?: Readonly<Record<string, string>>;
  /** What is answered, from what the control plane has under `Data`. */
  output?: (data: Record<string, XmlValue>) => Record<string, XmlValue>;
  /** Where the control plane answers a list: the name it has here, and the member of its elements that is meant. */
  list?: string;
  listed?: string;
}

/** `@alicloud/eventbridge` 1.3.2 source: each is a POST under `/openapi/`. */
export function dataRow(path: string, api: ApiOperation, shape: DataShape = {}): OperationRow<EventBridgeServices> {
  const { input: renamed = {}, output = (data) => data, list, listed } = shape;
  return operation({
    name: `openapi/${path}`,
    match: { method: 'POST', path: `/openapi/${path}` },
    ram: [],
    body: 'json',
    input: () => z.object({ body: z.preprocess((body) => rename(body, renamed), api.input()) }),
    async handle({ body }, services, call) {
      // What is asked for is in the body: only now can permission be looked at.
      call.authorize(`eventbridge:${api.name}`, resourceOfCall(services.owner, body as Record<string, unknown>));
      const data = await api.handle(body, services, call);
      return { data, owner: services.owner };
    },
    encode({ data, owner }, _input, { requestId }) {
      const flat = isMembers(data) ? output({ ...data }) : list === undefined ? {} : { [list]: members(data, listed) };
      const body = { RequestId: requestId, ResourceOwnerAccountId: owner.accountId, ...flat };
      return { status: 200, body: JSON.stringify(body) };
    },
  });
}

function members(list: XmlValue, name: string | undefined): XmlValue {
  if (!Array.isArray(list)) return [];
  return name === undefined ? list : (list as Record<string, XmlValue>[]).flatMap((each) => each[name] as XmlValue);
}

function isMembers(data: XmlValue): data is Readonly<Record<string, XmlValue>> {
  return typeof data === 'object' && !Array.isArray(data);
}

function rename(body: unknown, names: Readonly<Record<string, string>>): unknown {
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(
    Object.entries(body)
      // Clients send what they leave unset as null.
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [Object.hasOwn(names, name) ? names[name] : name, value]),
  );
}

/** A list or object that travels as JSON in one parameter; old clients send `Name.1.Key` instead. */
export function jsonText<Schema extends z.ZodType>(schema: Schema, read: (text: string) => unknown = JSON.parse) {
  return z.preprocess((value, context) => {
    if (typeof value !== 'string') return value;
    try {
      return read(value);
    } catch {
      context.issues.push({ code: 'custom', message: 'is not JSON', input: value });
      return z.NEVER;
    }
  }, schema);
}

/** Lists in pages. */
export const pageInput = {
  Limit: z.coerce.number().optional(),
  NextToken: z.string().optional(),
};

/** Lists in pages, as the younger operations name them. */
export const resultsInput = () => ({
  MaxResults: z.coerce.number().optional(),
  NextToken: z.string().optional(),
});

export const httpApiParameters = () =>
  jsonText(z.object({ Endpoint: z.string().optional(), Method: z.string().optional() })).optional();

export const ruleName = { EventBusName: z.string().min(1), RuleName: z.string().min(1) };

export const ruleStatus = z
  .string()
  .transform((status) => status.toUpperCase())
  .pipe(z.enum(['ENABLE', 'DISABLE']));

/** What PutTargets and DeleteTargets answer: how many of the targets were refused, and why. */
export function errorEntries(problems: readonly TargetProblem[]): XmlValue {
  return {
    ErrorEntriesCount: problems.length,
    ErrorEntries: problems.map(({ id, code, message }) => ({ EntryId: id, ErrorCode: code, ErrorMessage: message })),
  };
}
