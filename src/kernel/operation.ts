/** An operation is a row: routing, validation, authorization, refusals and the README's table are all read off it. */
import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { AtOnce } from './at-once.ts';
import type { Principal } from './principal.ts';
import type { WireReply, WireRequest } from './wire.ts';

/** Only what tells this operation from its neighbours. */
export interface Match {
  method: string;
  /** `/`, `/{bucket}`, `/{bucket}/{key+}`: `{name}` takes one segment, `{name+}` the rest. */
  path: string;
  /** Query parameters that must be present (`'acl'`), or have a value (`'list-type=2'`). */
  query?: readonly string[];
  /** A header that must be present. */
  header?: string;
  /** RPC services: the `Action`. */
  action?: string;
}

/** A RAM action the caller needs; with `header` or `query`, only when that is sent. The dialect builds the resource. */
export interface RamRule {
  action: string;
  header?: string;
  /** The header says nothing when it is empty. */
  emptyIsNone?: true;
  query?: string;
}

/** `stream` hands the body over unread; the others are read whole, within `bodyBytesMax`, and parsed by the dialect. */
export type BodyKind = 'none' | 'stream' | 'bytes' | 'xml' | 'json' | 'form';

/** What a handler knows of the call besides its input. */
export interface Call {
  requestId: string;
  principal: Principal;
  /** Kernel time of the call. */
  now: Date;
  body: Readable;
  request: WireRequest;
  /** Throws the room's refusal unless the caller may do `action` on `resource`: for what only the parsed body tells. */
  authorize(action: string, resource: string): void;
}

export interface OperationRow<Services = never> {
  name: string;
  status: 'served' | 'planned';
  match: Match;
  ram: readonly RamRule[];
  input: z.ZodType | undefined;
  body: BodyKind;
  bodyBytesMax: number | undefined;
  handle(input: unknown, services: Services, call: Call): AtOnce<unknown>;
  encode(output: unknown, input: unknown, call: Call): WireReply;
}

export interface ServedRow<Services, Schema extends z.ZodType, Output> {
  name: string;
  match: Match;
  ram: readonly RamRule[];
  /** Parses `{ ...path parameters, query, headers, body }`. A function makes it with the first call: all of them together would cost the start. */
  input: Schema | (() => Schema);
  body?: BodyKind;
  bodyBytesMax?: number;
  handle(input: z.output<Schema>, services: Services, call: Call): AtOnce<Output>;
  encode(output: Output, input: z.output<Schema>, call: Call): WireReply;
}

/** A room's row maker: `const operation = operationsOf<OssServices>()`. */
export function operationsOf<Services>() {
  return <Schema extends z.ZodType, Output>(row: ServedRow<Services, Schema, Output>): OperationRow<Services> => {
    const { input } = row;
    let schema = typeof input === 'function' ? undefined : input;
    const served = {
      status: 'served',
      body: 'none',
      bodyBytesMax: undefined,
      ...row,
      get input() {
        schema ??= typeof input === 'function' ? input() : input;
        return schema;
      },
    };
    // The schema's output is what `handle` gets, by the pipeline's construction; the row forgets it only for the table.
    return served as unknown as OperationRow<Services>;
  };
}

/** The row, handled or answered in another way. The rest is looked up in it: copying would make every schema at the start. */
export function wrappedRow<Services>(
  row: OperationRow<Services>,
  own: Partial<Pick<OperationRow<Services>, 'handle' | 'encode'>>,
): OperationRow<Services> {
  return Object.assign(Object.create(row) as OperationRow<Services>, own);
}

/** A row the cloud serves and we don't yet: it answers 400 NotImplemented by name and shows in the tables. */
export function planned(name: string, match: Match, ram: readonly RamRule[] = []): OperationRow<unknown> {
  const never = () => {
    throw new Error(`${name} is planned: the pipeline refuses it before it is handled.`);
  };
  return {
    name,
    status: 'planned',
    match,
    ram,
    input: undefined,
    body: 'none',
    bodyBytesMax: undefined,
    handle: never,
    encode: never,
  };
}
