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
  flags: readonly { name: string; value: string | undefined }[];
  weight: number;
}

type Part = { literal: string } | { param: string; rest: boolean };

export function createOperationTable<Services>(rows: readonly OperationRow<Services>[]): OperationTable<Services> {
  refuseTwins(rows);
  const byMethod = new Map<string, Compiled<Services>[]>();
  for (const compiled of rows.map(compile).sort((a, b) => b.weight - a.weight)) {
    const same = byMethod.get(compiled.row.match.method) ?? [];
    byMethod.set(compiled.row.match.method, [...same, compiled]);
  }
  return {
    rows,
    find(request, target) {
      for (const compiled of byMethod.get(request.method) ?? []) {
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
  const parts = row.match.path
    .split('/')
    .filter((part) => part !== '')
    .map((part): Part => {
      const param = /^\{(\w+)(\+?)\}$/.exec(part);
      return param?.[1] ? { param: param[1], rest: param[2] === '+' } : { literal: part };
    });
  const flags = (row.match.query ?? []).map((flag) => {
    const at = flag.indexOf('=');
    return at < 0 ? { name: flag, value: undefined } : { name: flag.slice(0, at), value: flag.slice(at + 1) };
  });
  const literals = parts.filter((part) => 'literal' in part).length;
  const weight = literals * 100 + flags.length * 10 + (row.match.header ? 1 : 0) + (row.match.action ? 1000 : 0);
  return { row, parts, flags, weight };
}

function hasFlag(query: WireRequest['query'], flag: { name: string; value: string | undefined }): boolean {
  for (const [name, value] of query)
    if (name === flag.name && (flag.value === undefined || flag.value === value)) return true;
  return false;
}

function matchPath(parts: readonly Part[], segments: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const segment = segments[index];
    if (segment === undefined) return undefined;
    if ('literal' in part) {
      if (part.literal !== segment) return undefined;
      continue;
    }
    params[part.param] = part.rest ? segments.slice(index).join('/') : segment;
    if (part.rest) return params;
  }
  return segments.length === parts.length ? params : undefined;
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
