/** One call's way through a room: identify → find row → authorize → parse → handle → encode, with one catch. */
import { Buffer } from 'node:buffer';
import type { z } from 'zod';
import { type AtOnce, andThen } from './at-once.ts';
import type { Clock } from './clock.ts';
import type { BodyKind, Call, OperationRow } from './operation.ts';
import type { OperationTable, Target } from './operation-table.ts';
import type { Principal } from './principal.ts';
import { ServiceError } from './service-error.ts';
import { isBrokenOff, queryValue, type WireReply, type WireRequest } from './wire.ts';

/** How one room reads, refuses and answers: everything about its wire that is not one operation's. */
export interface Dialect {
  /** The room's name, in journal lines and tables. */
  room: string;
  newRequestId(): string;
  /** Who calls and what for. Throws the room's ServiceError for a bad signature, an unknown key, a bad address. */
  identify(request: WireRequest): AtOnce<Identity>;
  /** The RAM resource of this row's actions on this target. */
  resource(params: Readonly<Record<string, string>>): string;
  /** Throws the room's refusal unless the principal may do it. */
  authorize(access: Access): void;
  /** The error for a request that no row serves; `name` is the operation's, when it is a planned row. */
  unserved(request: WireRequest, target: Target, name: string | undefined): ServiceError;
  /** The error for input that the row's schema refused. */
  invalid(issue: InputIssue): ServiceError;
  tooLarge(limitBytes: number): ServiceError;
  /** The error for a body that broke off, in a room that has a word for it. */
  incomplete?(cause: unknown): ServiceError;
  /** Throws when the body is not the one that was signed, in a room whose signatures cover it by its hash alone. */
  checkBody?(request: WireRequest, bytes: Uint8Array): void;
  parseBody(kind: Exclude<BodyKind, 'none' | 'stream' | 'bytes'>, bytes: Uint8Array, row: OperationRow<never>): unknown;
  /** Renders a refusal; anything that is no ServiceError is our bug and becomes the room's internal error. */
  refuse(error: unknown, context: ReplyContext): WireReply;
  /** Adds what every reply of the room carries. */
  finish(reply: WireReply, context: ReplyContext): WireReply;
}

export interface Identity {
  principal: Principal;
  target: Target;
}

export interface Access {
  principal: Principal;
  action: string;
  resource: string;
  request: WireRequest;
  requestId: string;
  operation: string;
}

export interface InputIssue {
  /** Where in the input, outermost first: `['query', 'max-keys']`. */
  path: readonly PropertyKey[];
  message: string;
  /** What was sent there. */
  value: unknown;
}

export interface ReplyContext {
  requestId: string;
  request: WireRequest;
  target: Target | undefined;
  /** Host time since the call came in. */
  elapsedMs: number;
}

/** One finished call, for the journal. */
export interface CallRecord {
  room: string;
  /** Undefined when it never got as far as a row. */
  operation: string | undefined;
  requestId: string;
  method: string;
  rawPath: string;
  status: number;
  principal: Principal | undefined;
  durationMs: number;
  /** Characters of the answer; 0 of one that is bytes or a stream. */
  textLength: number;
  error: unknown;
}

export interface PipelineNeeds<Services> {
  dialect: Dialect;
  table: OperationTable<Services>;
  services: Services;
  clock: Clock;
  onCall(record: CallRecord): void;
}

/** Whole-body operations that don't say otherwise read at most this much. */
const BODY_BYTES_MAX = 4 * 1024 * 1024;

/** As nginx journals a client that hung up: nobody reads the answer, and what broke is not our bug. */
const CLIENT_GONE = 499;

export type Handler = (request: WireRequest) => AtOnce<WireReply>;

export function createPipeline<Services>({
  dialect,
  table,
  services,
  clock,
  onCall,
}: PipelineNeeds<Services>): Handler {
  return (request) => {
    const requestId = dialect.newRequestId();
    const startedMs = clock.monotonicMs();
    const seen: Progress = {
      request,
      requestId,
      startedMs,
      operation: undefined,
      principal: undefined,
      target: undefined,
    };
    let reply: AtOnce<WireReply>;
    try {
      reply = andThen(dialect.identify(request), (identity) => run(seen, identity));
    } catch (error) {
      return fail(seen, error);
    }
    if (!(reply instanceof Promise)) return finish(seen, reply, undefined);
    return reply.then(
      (done) => finish(seen, done, undefined),
      (error: unknown) => fail(seen, error),
    );
  };

  function fail(seen: Progress, error: unknown): WireReply {
    return finish(seen, isAbandoned(error, seen.request) ? { status: CLIENT_GONE } : undefined, error);
  }

  /** Without a reply, of its failure. */
  function finish(seen: Progress, reply: WireReply | undefined, error: unknown): WireReply {
    const { request, requestId, target, operation, principal } = seen;
    const durationMs = clock.monotonicMs() - seen.startedMs;
    const context = { requestId, request, target, elapsedMs: durationMs };
    const finished = dialect.finish(reply ?? dialect.refuse(error, context), context);
    const { room } = dialect;
    const { method, rawPath } = request;
    const { status, body } = finished;
    const textLength = typeof body === 'string' ? body.length : 0;
    onCall({ room, operation, requestId, method, rawPath, status, principal, durationMs, textLength, error });
    return finished;
  }

  function run(seen: Progress, { principal, target }: Identity): AtOnce<WireReply> {
    const { request, requestId } = seen;
    seen.principal = principal;
    seen.target = target;

    const found = table.find(request, target);
    if (!found) throw dialect.unserved(request, target, undefined);
    const { row, params } = found;
    seen.operation = row.name;
    if (row.status === 'planned') throw dialect.unserved(request, target, row.name);

    const authorize = (action: string, resource: string) =>
      dialect.authorize({ principal, request, requestId, operation: row.name, action, resource });
    for (const rule of row.ram) {
      if (rule.header !== undefined) {
        const sent = request.headers[rule.header];
        if (sent === undefined || (sent === '' && rule.emptyIsNone)) continue;
      }
      if (rule.query !== undefined && queryValue(request, rule.query) === undefined) continue;
      authorize(rule.action, dialect.resource(params));
    }

    const { body: kind } = row;
    // The parameters are this call's own: to copy them into another object costs more than to find the row.
    const raw: Record<string, unknown> = params;
    raw.query = firstValues(request);
    raw.headers = request.headers;
    const serve = () => {
      const input = parse(row, raw);
      const call: Call = { requestId, principal, now: clock.now(), body: request.body, request, authorize };
      return andThen(row.handle(input, services, call), (output) => row.encode(output, input, call));
    };
    if (kind === 'none' || kind === 'stream') return serve();
    return wholeBody(kind, row, request).then((body) => {
      raw.body = body;
      return serve();
    });
  }

  async function wholeBody(
    kind: Exclude<BodyKind, 'none' | 'stream'>,
    row: OperationRow<Services>,
    request: WireRequest,
  ): Promise<unknown> {
    const bytes = await readOrRefuse(request, row.bodyBytesMax ?? BODY_BYTES_MAX);
    dialect.checkBody?.(request, bytes);
    return kind === 'bytes' ? bytes : dialect.parseBody(kind, bytes, row);
  }

  async function readOrRefuse(request: WireRequest, limitBytes: number): Promise<Uint8Array> {
    try {
      return await readWhole(request, limitBytes);
    } catch (error) {
      if (!isBrokenOff(error) || request.signal().aborted) throw error;
      const issue = { path: ['body'], message: 'The body ended before its announced length.', value: '' };
      throw dialect.incomplete?.(error) ?? dialect.invalid(issue);
    }
  }

  async function readWhole(request: WireRequest, limitBytes: number): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let sizeBytes = 0;
    // Leaving the loop must not destroy the body: that would cut the connection before the refusal is out.
    const whole: AsyncIterable<Uint8Array> = request.body.iterator({ destroyOnReturn: false });
    for await (const chunk of whole) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > limitBytes) throw dialect.tooLarge(limitBytes);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks, sizeBytes);
  }

  function parse(row: OperationRow<Services>, raw: Record<string, unknown>): unknown {
    const parsed = row.input?.safeParse(raw);
    if (!parsed || parsed.success) return parsed?.data;
    const issue = parsed.error.issues[0] as z.core.$ZodIssue;
    throw dialect.invalid({ path: issue.path, message: issue.message, value: valueAt(raw, issue.path) });
  }
}

const NO_VALUES: Readonly<Record<string, string>> = Object.freeze({});

/** The first of a repeated parameter wins, as on the real service. */
function firstValues({ query }: WireRequest): Readonly<Record<string, string>> {
  if (query.length === 0) return NO_VALUES;
  const first = new Map<string, string>();
  for (const [name, value] of query) if (!first.has(name)) first.set(name, value);
  return Object.fromEntries(first);
}

interface Progress {
  request: WireRequest;
  requestId: string;
  startedMs: number;
  operation: string | undefined;
  principal: Principal | undefined;
  target: Target | undefined;
}

/** The client went away, and whatever was reading from it or waiting for it broke off. */
function isAbandoned(error: unknown, request: WireRequest): boolean {
  return request.signal().aborted && !isServiceError(error);
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  let value = raw;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}

/** True for what the cloud would answer; false for a bug of ours, which is logged and becomes an internal error. */
export function isServiceError(error: unknown): error is ServiceError {
  return error instanceof ServiceError;
}
