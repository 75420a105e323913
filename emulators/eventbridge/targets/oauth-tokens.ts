/** Fetches the tokens that APIs behind OAuth ask for, and uses each as long as it is good. */
import { Buffer } from 'node:buffer';
import type { OutgoingHttpHeaders } from 'node:http';
import { z } from 'zod';
import type { Clock } from '../../../src/kernel/clock.ts';
import { OAUTH_TOKENS_MAX } from '../limits.ts';
import type { ConnectionRow, OAuthParameter, OAuthRow } from '../store/connections.ts';
import type { HttpCall, HttpCaller } from './http-caller.ts';

export type OAuthConnection = Omit<ConnectionRow, 'auth'> & { auth: OAuthRow };

/** `problem` never has a secret in it. */
export type Token = { ok: true; token: string } | { ok: false; problem: string };

export interface OAuthTokens {
  get(connection: OAuthConnection): Promise<Token>;
  forget(connection: Pick<ConnectionRow, 'id' | 'changedAtMs'>): void;
}

interface Kept {
  token: Promise<Token>;
  /** Kernel time. */
  untilMs: number;
}

/** A token that is about to expire is not used any more. */
const EARLY_MS = 5_000;
/** UNVERIFIED EVB-147: how long a token is good whose answer does not say. */
const LIFETIME_DEFAULT_SECONDS = 300;

export function createOAuthTokens({ clock, caller }: { clock: Clock; caller: HttpCaller }): OAuthTokens {
  const kept = new Map<string, Kept>();

  async function fetchToken(key: string, connection: OAuthConnection): Promise<Token> {
    const { host } = new URL(connection.auth.endpoint);
    const answer = await caller.call(tokenCall(connection.auth));
    // Neither the answer nor where it redirects to is shown: both may repeat a secret.
    if (!answer.ok) return { ok: false, problem: `No OAuth token: ${answer.reason}` };
    const read = readToken(answer.text);
    if (answer.status < 200 || answer.status > 299 || !read) {
      const what = answer.status > 299 ? 'refuses' : 'answers without an access_token';
      return { ok: false, problem: `No OAuth token: ${host} ${what} (HTTP ${answer.status}).` };
    }
    const current = kept.get(key);
    if (current) current.untilMs = clock.nowMs() + read.expires_in * 1000 - EARLY_MS;
    return { ok: true, token: read.access_token };
  }

  return {
    async get(connection) {
      const key = keyOf(connection);
      const current = kept.get(key);
      if (current && clock.nowMs() < current.untilMs) return current.token;
      if (kept.size >= OAUTH_TOKENS_MAX) kept.clear();
      // Deliveries that come meanwhile wait for the same answer.
      const entry: Kept = { token: fetchToken(key, connection), untilMs: Number.POSITIVE_INFINITY };
      kept.set(key, entry);
      const token = await entry.token;
      if (!token.ok && kept.get(key) === entry) kept.delete(key);
      return token;
    },
    forget: (connection) => void kept.delete(keyOf(connection)),
  };
}

function keyOf({ id, changedAtMs }: Pick<ConnectionRow, 'id' | 'changedAtMs'>): string {
  return `${id}@${changedAtMs}`;
}

/**
 * UNVERIFIED EVB-148: id and secret of the client travel in the query, as the open-source connector sends them; the body
 * is a form, or JSON where a header says so.
 */
function tokenCall({ endpoint, method, clientId, clientSecret, headers, query, body }: OAuthRow): HttpCall {
  const url = new URL(endpoint);
  if (clientId) url.searchParams.set('client_id', clientId);
  if (clientSecret) url.searchParams.set('client_secret', clientSecret);
  for (const { key, value } of query) url.searchParams.set(key, value);
  const sent: OutgoingHttpHeaders = { accept: 'application/json' };
  for (const { key, value } of headers) sent[key.toLowerCase()] = value;
  if (body.length === 0) return { method, url, headers: { ...sent, 'content-length': 0 }, body: undefined, hops: 0 };
  sent['content-type'] ??= 'application/x-www-form-urlencoded';
  const text = /json/i.test(String(sent['content-type'])) ? JSON.stringify(pairs(body)) : form(body);
  return { method, url, headers: { ...sent, 'content-length': Buffer.byteLength(text) }, body: text, hops: 0 };
}

function pairs(parameters: readonly OAuthParameter[]): Record<string, string> {
  return Object.fromEntries(parameters.map(({ key, value }) => [key, value]));
}

function form(parameters: readonly OAuthParameter[]): string {
  return new URLSearchParams(parameters.map(({ key, value }): [string, string] => [key, value])).toString();
}

function readToken(text: string): { access_token: string; expires_in: number } | undefined {
  try {
    return tokenSchema().safeParse(JSON.parse(text)).data;
  } catch {
    // That it is no token is all that is said of it.
    return undefined;
  }
}

function tokenSchema() {
  return z.object({
    access_token: z.string().min(1).max(16_384),
    expires_in: z.coerce.number().positive().max(1e9).catch(LIFETIME_DEFAULT_SECONDS),
  });
}
