/** Finds the row a request is for; two rows that no request could tell apart stop the process at boot, by name. */
import type { OperationRow } from './operation.ts';
import type { WireRequest } from './wire.ts';

/** Where a request points, as the room's dialect read it. */
export interface Target {
  /** Decoded path segments; a key that contains `/` is one segment where the dialect says so. */
  segments: readonly string[];
  /** RPC services: the `Action`. */
  action?: string | undefined;
}

export interface Found<Services> {
  row: OperationRow<Services>;
  params: Record<string, string>;
}

export interface OperationTable<Services> {
  readonly rows: readonly OperationRow<Services>[];
  find(request: Pick<WireRequest, 'method' | 'query' | 'headers'>, target: Target): Found<Services> | undefined;
}

interface Compiled<Services> {
  row: OperationRow<Services>;
  parts: readonly Part[];
  flags: readonly Flag[];
  weight: number;
}

/** `name`, or `name=value`; `name=one|other` takes either value. */
interface Flag {
  name: string;
  values: readonly string[] | undefined;
}

const PARAMETER = /^\{(\w+)(\+?)\}$/;

type Part = { literal: string } | { param: string; rest: boolean };

export function createOperationTable<Services>(rows: readonly OperationRow<Services>[]): OperationTable<Services> {
  for (const row of rows) refuseUnreachable(row);
  refuseTwins(rows);
  const byMethod = new Map<string, Compiled<Services>[]>();
  /** Those that a request without a query can be for. */
  const plainByMethod = new Map<string, Compiled<Services>[]>();
  for (const compiled of rows.map(compile).sort((a, b) => b.weight - a.weight)) {
    const { method } = compiled.row.match;
    byMethod.set(method, [...(byMethod.get(method) ?? []), compiled]);
    if (compiled.flags.length === 0) plainByMethod.set(method, [...(plainByMethod.get(method) ?? []), compiled]);
  }
  return {
    rows,
    find(request, target) {
      const candidates = request.query.length === 0 ? plainByMethod : byMethod;
      for (const compiled of candidates.get(request.method) ?? []) {
        const { match } = compiled.row;
        if (match.action !== undefined && match.action !== target.action) continue;
        if (match.header !== undefined && request.headers[match.header] === undefined) continue;
        if (!compiled.flags.every((flag) => hasFlag(request.query, flag))) continue;
        const params = matchPath(compiled.parts, target.segments);
        if (params) return { row: compiled.row, params };
      }
      return undefined;
    },
  };
}

/** The more a row asks for, the earlier it is tried; among equals the API reference's order decides (sort is stable). */
function compile<Services>(row: OperationRow<Services>): Compiled<Services> {
  const parts = pathParts(row.match.path).map((part): Part => {
    const param = PARAMETER.exec(part);
    return param?.[1] ? { param: param[1], rest: param[2] === '+' } : { literal: part };
  });
  const flags = (row.match.query ?? []).map((flag) => {
    const at = flag.indexOf('=');
    return at < 0
      ? { name: flag, values: undefined }
      : { name: flag.slice(0, at), values: flag.slice(at + 1).split('|') };
  });
  return { row, parts, flags, weight: weigh(row, parts, flags) };
}

function weigh(
  { match }: OperationRow<never>,
  parts: Compiled<never>['parts'],
  flags: Compiled<never>['flags'],
): number {
  const literals = parts.filter((part) => 'literal' in part).length;
  const isExact = !parts.some((part) => 'rest' in part && part.rest);
  const valued = flags.filter((flag) => flag.values !== undefined).length;
  return (
    (match.action ? 100_000 : 0) +
    literals * 1000 +
    flags.length * 100 +
    (isExact ? 50 : 0) +
    valued * 2 +
    (match.header ? 1 : 0)
  );
}

function pathParts(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}

function hasFlag(query: WireRequest['query'], flag: Flag): boolean {
  for (const [name, value] of query)
    if (name === flag.name && (flag.values === undefined || flag.values.includes(value))) return true;
  return false;
}

function matchPath(parts: readonly Part[], segments: readonly string[]): Record<string, string> | undefined {
  if (segments.length < parts.length) return undefined;
  const params: Record<string, string> = {};
  let index = -1;
  for (const part of parts) {
    const segment = segments[++index] ?? '';
    if ('literal' in part) {
      if (part.literal !== segment) return undefined;
      continue;
    }
    params[part.param] = part.rest ? segments.slice(index).join('/') : segment;
    if (part.rest) return params;
  }
  return segments.length === parts.length ? params : undefined;
}

/** What is written in a way that no request ever matches stops the process as well, instead of being passed by for good. */
function refuseUnreachable<Services>({ name, match, ram }: OperationRow<Services>): void {
  const parts = pathParts(match.path);
  const wrong = parts.find(
    (part, index) =>
      (/[{}]/.test(part) && !PARAMETER.test(part)) ||
      (part.endsWith('+}') && index < parts.length - 1) ||
      (part.startsWith('{') && parts.indexOf(part) !== index),
  );
  if (wrong !== undefined) throw new Error(`The path of ${name} can't be read at ${wrong} (${match.path}).`);
  for (const { header = '' } of [match, ...ram])
    if (header !== header.toLowerCase())
      throw new Error(`${name} asks for the header ${header}: write it in lower case.`);
}

function refuseTwins<Services>(rows: readonly OperationRow<Services>[]): void {
  const seen = new Map<string, string>();
  for (const { name, match } of rows) {
    const shape = match.path.replace(/\{\w+(\+?)\}/g, '{$1}');
    const fingerprint = [
      match.method,
      shape,
      [...(match.query ?? [])].sort().join('&'),
      match.header,
      match.action,
    ].join(' ');
    const twin = seen.get(fingerprint);
    if (twin !== undefined)
      throw new Error(`No request could tell the operations ${twin} and ${name} apart (${fingerprint.trim()}).`);
    seen.set(fingerprint, name);
  }
}
