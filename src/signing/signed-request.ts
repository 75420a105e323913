/** What every signature scheme reads, and what every verifier says: the shared vocabulary of this folder. */
import { sameSignature } from './canonical.ts';

export type QueryPair = readonly [name: string, value: string];

/** A request as its signer saw it. Schemes differ in what they decode, so both raw and decoded forms are here. */
export interface SignedRequest {
  /** Upper case, as on the wire. */
  readonly method: string;
  /** As received, before '?', still percent-encoded. */
  readonly rawPath: string;
  /** In order of arrival, percent-decoded once. What became of '+' doesn't matter: see signedQuery. */
  readonly query: readonly QueryPair[];
  /** As received, after '?', without it. */
  readonly rawQuery: string;
  /** Lower-case names; values decoded as UTF-8; repeated headers joined by ','. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What a signer needs to know about who signs. */
export interface SigningCredentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string | undefined;
}

/** A verifier's no, with everything a developer needs to see why. */
export interface Mismatch {
  readonly ok: false;
  readonly stringToSign: string;
  readonly canonicalRequest?: string;
  readonly provided: string;
  readonly expected: string;
}

export type Verdict =
  | {
      readonly ok: true;
      /** Anything but 'strict' is a client's deviation that we tolerate. */
      readonly form: string;
    }
  | Mismatch;

/** Credentials that were meant but cannot be used, by name: a refusal is data here, not an exception. */
export interface UnusableClaim<Scheme extends string, Problem extends string> {
  readonly scheme: Scheme;
  readonly problem: Problem;
  /** As far as it could be read. */
  readonly accessKeyId: string | undefined;
  /** What was found, or which part is missing. */
  readonly detail: string;
}

/** The first value of a query parameter: where one is repeated, OSS lets the first win. */
export function firstValue(query: readonly QueryPair[], name: string): string | undefined {
  for (const pair of query) if (pair[0] === name) return pair[1];
  return undefined;
}

/**
 * The query as its signer meant it. Python's and Java's encoders write a space as '+', and nobody sends a bare '+' for
 * a plus, so a query that has one is read again whatever the server made of it.
 */
export function signedQuery({ query, rawQuery }: SignedRequest): readonly QueryPair[] {
  return rawQuery.includes('+') ? parsePairs(rawQuery) : query;
}

/** Builds the verifiers' input from a request target and headers whose values are text already. */
export function signedRequest(
  method: string,
  target: string,
  headers: Readonly<Record<string, string>> = {},
): SignedRequest {
  const mark = target.indexOf('?');
  const rawQuery = mark < 0 ? '' : target.slice(mark + 1);
  return {
    method,
    rawPath: mark < 0 ? target : target.slice(0, mark),
    query: parsePairs(rawQuery),
    rawQuery,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
  };
}

/** Splits a query string or a form body into decoded pairs; broken escapes stay as they are instead of throwing. */
export function parsePairs(raw: string): QueryPair[] {
  if (raw === '') return [];
  const pairs: QueryPair[] = [];
  for (const part of raw.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    pairs.push(
      equals < 0
        ? [decodeFormText(part), '']
        : [decodeFormText(part.slice(0, equals)), decodeFormText(part.slice(equals + 1))],
    );
  }
  return pairs;
}

/** Decodes a query name or value: '+' is a space, %XX is UTF-8. */
export function decodeFormText(text: string): string {
  return decodePercent(text.includes('+') ? text.replaceAll('+', ' ') : text);
}

/** Percent-decodes once as UTF-8. What is no escape, or no UTF-8, never throws. */
export function decodePercent(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/(?:%[0-9a-fA-F]{2})+/g, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));
}

/** Holds a signature against each form that clients sign, in order; of several that do not match the first is told. */
export function verifyForms(
  forms: Iterable<readonly [form: string, stringToSign: string]>,
  provided: string,
  sign: (stringToSign: string) => string,
): Verdict {
  let mismatch: Verdict | undefined;
  for (const [form, stringToSign] of forms) {
    const expected = sign(stringToSign);
    if (sameSignature(provided, expected)) return { ok: true, form };
    mismatch ??= { ok: false, stringToSign, provided, expected };
  }
  return mismatch ?? { ok: false, stringToSign: '', provided, expected: '' };
}
