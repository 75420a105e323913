/** Operations of the control plane (RPC, version 2020-04-01): one envelope, and values that are JSON inside a text. */
import { z } from 'zod';
import { type Call, operationsOf } from '../../../src/kernel/operation.ts';
import { rpcInput, rpcMatch, rpcReply } from '../../../src/protocols/rpc.ts';
import type { XmlValue } from '../../../src/protocols/xml.ts';
import type { TargetProblem } from '../service/rules.ts';
import type { EventBridgeServices } from './services.ts';

export const VERSION = '2020-04-01';

const operation = operationsOf<EventBridgeServices>();

export interface ControlRow<Schema extends z.ZodType> {
  name: string;
  input: () => Schema;
  /** Answers what stands under `Data`; undefined leaves it out. */
  handle(input: z.output<Schema>, services: EventBridgeServices, call: Call): XmlValue | Promise<XmlValue>;
}

export function controlOperation<Schema extends z.ZodType>({ name, input, handle }: ControlRow<Schema>) {
  return operation({
    name,
    match: rpcMatch(VERSION, name),
    ram: [{ action: `eventbridge:${name}` }],
    input: () => rpcInput(input()),
    handle: async (given, services, call) => ({ data: await handle(given as z.output<Schema>, services, call) }),
    // Terraform wants exactly this code, also where examples show "200".
    encode: ({ data }) => rpcReply({ Code: 'Success', Message: 'success', Success: true, Data: data }),
  });
}

/** A list or object that travels as JSON in one parameter; old clients send `Name.1.Key` instead. */
export function jsonText<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value, context) => {
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value) as unknown;
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
