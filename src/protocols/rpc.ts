/** The RPC family (`Action`, `Version`, flat parameters): reads a call from query, form and headers, and renders its answer in JSON or XML. */
import { Buffer, isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { readExact, writeExact } from '../kernel/exact-json.ts';
import type { Match, OperationRow } from '../kernel/operation.ts';
import { createOperationTable, type OperationTable, type Target } from '../kernel/operation-table.ts';
import type { WireReply, WireRequest } from '../kernel/wire.ts';
import { parsePairs, type QueryPair } from '../signing/signed-request.ts';
import { renderXml, type XmlValue } from './xml.ts';

export type RpcFormat = 'JSON' | 'XML';
export type RpcParameters = Readonly<Record<string, string>>;

export interface RpcCall {
  action: string;
  version: string;
  format: RpcFormat;
  /** Of query and form together; the first of a repeated name wins. */
  parameters: RpcParameters;
  /** The form's own pairs: the older signature covers them. */
  form: readonly QueryPair[];
  bodyBytes: Uint8Array;
}

/** Where an RPC call points: its version stands for the path, its parameters for what a path would name. */
export interface RpcTarget extends Target {
  action: string;
  parameters: RpcParameters;
}

/** All parameters of one call, forms included. */
const RPC_BODY_BYTES_MAX = 1024 * 1024;
/** Nested lists and maps of the services we speak for go three deep. */
const NESTING_MAX = 8;

export type RpcRead = { ok: true; call: RpcCall } | { ok: false; limitBytes: number };

/** Reads the body whole: parameters of one call may lie in the query, in the form, or some in each. */
export async function readRpcCall(request: WireRequest): Promise<RpcRead> {
  const bodyBytes = await readBody(request);
  if (!bodyBytes) return { ok: false, limitBytes: RPC_BODY_BYTES_MAX };
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '');
  const form = isForm ? parsePairs(Buffer.from(bodyBytes).toString('utf8')) : [];
  const parameters: Record<string, string> = Object.create(null);
  for (const [name, value] of [...request.query, ...form]) parameters[name] ??= value;

  // What the signature covers decides: V3 signs the x-acs-* headers, the older scheme only parameters.
  const isV3 = /^ACS\d-/.test(request.headers.authorization ?? '');
  const named = (header: string, name: string) => {
    const [first, second] = [request.headers[header], systemParameter(parameters, name)];
    return (isV3 ? (first ?? second) : (second ?? first)) ?? '';
  };
  return {
    ok: true,
    call: {
      action: named('x-acs-action', 'Action'),
      version: named('x-acs-version', 'Version'),
      format: formatOf(systemParameter(parameters, 'Format'), request),
      parameters,
      form,
      bodyBytes,
    },
  };
}

/** Whether all that was sent is UTF-8; what is none is decoded all the same, with U+FFFD in its place. */
export function isUtf8Call({ rawQuery }: Pick<WireRequest, 'rawQuery'>, { bodyBytes, parameters }: RpcCall): boolean {
  // Looked at closely only where that character is, which may also have been sent.
  if (!Object.entries(parameters).some((pair) => pair.some((text) => text.includes('\ufffd')))) return true;
  const body = Buffer.from(bodyBytes);
  return isUtf8(body) && [rawQuery, body.toString('latin1')].every(escapesUtf8);
}

function escapesUtf8(encoded: string): boolean {
  const runs = encoded.match(/(?:%[0-9a-fA-F]{2})+/g) ?? [];
  return runs.every((run) => isUtf8(Buffer.from(run.replaceAll('%', ''), 'hex')));
}

export function rpcTarget({ action, version, parameters }: RpcCall): RpcTarget {
  return { segments: [version], action, parameters };
}

/** A row's match: the version takes the place of a path. */
export function rpcMatch(version: string, action: string): Match {
  return { method: 'POST', path: `/${version}`, action };
}

/** Rows found by version and action, with the call's parameters as input; GET and POST are the same here. */
export function createRpcTable<Services>(rows: readonly OperationRow<Services>[]): OperationTable<Services> {
  const table = createOperationTable(rows);
  return {
    rows,
    find({ query, headers }, target) {
      const found = table.find({ method: 'POST', query, headers }, target);
      return found && { row: found.row, params: isRpcTarget(target) ? { ...target.parameters } : {} };
    },
  };
}

/** A row's input schema over its parameters, with `Tag.1.Key=a` read as a list of objects first. */
export function rpcInput<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((raw) => nest(raw as Readonly<Record<string, unknown>>), schema);
}

/** What an operation answers; `finishRpc` adds the request id and turns it into XML where that was asked for. */
export function rpcReply(output: Readonly<Record<string, XmlValue>>): WireReply {
  return { status: 200, body: writeExact(output) };
}

export function rpcErrorReply(status: number, error: Readonly<Record<string, XmlValue>>): WireReply {
  return { status, body: JSON.stringify(error) };
}

/** The last step of every answer: RequestId first, in the format the caller reads. */
export function finishRpc(
  reply: WireReply,
  { action, format, requestId }: { action: string; format: RpcFormat; requestId: string },
): WireReply {
  // The client has left: there is nobody to render for.
  if (reply.body === undefined) return reply;
  const output = { RequestId: requestId, ...(readExact(String(reply.body)) as Record<string, XmlValue>) };
  const root = reply.status >= 400 ? 'Error' : `${action}Response`;
  return {
    status: reply.status,
    headers: {
      ...reply.headers,
      // UNVERIFIED RAM-004: the charset; for XML it is what the SDKs compare with before they parse an error.
      'Content-Type': format === 'XML' ? 'text/xml;charset=utf-8' : 'application/json;charset=utf-8',
      'x-acs-request-id': requestId,
    },
    body: format === 'XML' ? renderXml(root, output) : writeExact(output),
  };
}

/** The documentation itself spells `TimeStamp`: the gateway's own parameters are found whatever their case. */
export function systemParameter(parameters: RpcParameters, name: string): string | undefined {
  const exact = parameters[name];
  if (exact !== undefined) return exact;
  const folded = name.toLowerCase();
  for (const key in parameters) if (key.toLowerCase() === folded) return parameters[key];
  return undefined;
}

/** UNVERIFIED RAM-005: without Format, one page says XML and another JSON; V3 clients send none and read JSON. */
function formatOf(format: string | undefined, { headers }: WireRequest): RpcFormat {
  if (format === undefined || format === '') return headers['x-acs-version'] === undefined ? 'XML' : 'JSON';
  return format.toUpperCase() === 'XML' ? 'XML' : 'JSON';
}

async function readBody(request: WireRequest): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of request.body as AsyncIterable<Uint8Array>) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > RPC_BODY_BYTES_MAX) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, sizeBytes);
}

function isRpcTarget(target: Target): target is RpcTarget {
  return 'parameters' in target;
}

/** A map of names, or, when the names are 1, 2, 3 …, a list. Has no prototype, so no name a client sends can reach one. */
type Nested = { [name: string]: unknown };

function nest(flat: Readonly<Record<string, unknown>>): Nested {
  const root: Nested = Object.create(null);
  for (const [name, value] of Object.entries(flat)) {
    // The pipeline puts query and headers beside the parameters, which alone are texts.
    if (typeof value !== 'string') continue;
    const steps = name.split('.');
    if (steps.length === 1 || steps.length > NESTING_MAX || steps.includes('')) root[name] = value;
    else place(root, steps, value);
  }
  for (const name of Object.keys(root)) root[name] = listed(root[name]);
  return root;
}

function place(root: Nested, steps: readonly string[], value: unknown): void {
  let at = root;
  for (const step of steps.slice(0, -1)) {
    const next = at[step];
    // `A=1&A.1=2` says two things about A: the one that stands wins, and the schema judges it.
    if (next !== undefined && !isNested(next)) return;
    const inner: Nested = next ?? Object.create(null);
    at[step] = inner;
    at = inner;
  }
  at[steps[steps.length - 1] as string] ??= value;
}

function listed(value: unknown): unknown {
  if (!isNested(value)) return value;
  for (const name of Object.keys(value)) value[name] = listed(value[name]);
  const names = Object.keys(value);
  if (!names.every((name) => /^[1-9]\d{0,8}$/.test(name))) return value;
  return names.sort((left, right) => Number(left) - Number(right)).map((name) => value[name]);
}

function isNested(value: unknown): value is Nested {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null;
}
