/** Delivers to an API destination: its address and method, the target's headers, query and body, the connection's secrets. */
import { Buffer } from 'node:buffer';
import type { OutgoingHttpHeaders } from 'node:http';
import type { AuthRow, ConnectionRow } from '../store/connections.ts';
import type { EventBridgeStore } from '../store/store.ts';
import { readHttpUrl } from './http.ts';
import { type HttpCaller, outcomeOf } from './http-caller.ts';
import type { OAuthTokens } from './oauth-tokens.ts';
import type { DeliveryOutcome, TargetDelivery, TargetDriver } from './target.ts';

export interface ApiDestinationTargetNeeds {
  store: Pick<EventBridgeStore, 'apiDestinations' | 'connections'>;
  caller: HttpCaller;
  tokens: OAuthTokens;
}

const ENDPOINT = /^acs:api-destination:[^:]*:[^:]*:name\/([^/]+)$/;
const CONTENT_TYPE = 'application/json;charset=utf-8';
/** What HTTP itself says of the message is not the target's. */
const OWN_HEADERS = new Set(['connection', 'content-length', 'host', 'transfer-encoding', 'upgrade']);

type Texts = Map<string, string>;

export function createApiDestinationTarget({ store, caller, tokens }: ApiDestinationTargetNeeds): TargetDriver {
  return {
    async deliver(delivery) {
      const name = nameOf(delivery);
      const destination = store.apiDestinations.get(name);
      if (!destination) return final(`The API destination "${name}" does not exist.`);
      const connection = store.connections.get(destination.connection);
      if (!connection) return final(`The connection "${destination.connection}" does not exist.`);
      const url = readHttpUrl(destination.endpoint);
      if (!url) return final(`The address of the API destination "${name}" is no http or https URL.`);
      const given = readParams(delivery);
      if (!given.ok) return final(given.problem);

      for (const [key, value] of given.query) url.searchParams.append(key, value);
      const auth = await authHeader(connection, tokens);
      if (!auth.ok) return { error: auth.problem };
      const headers = headersOf(given.headers, given.body, auth.header);
      const { hops } = delivery;
      const answer = await caller.call({ method: destination.method, url, headers, body: given.body, hops });
      // The next attempt asks for a token of its own.
      if (answer.ok && answer.status === 401) tokens.forget(connection);
      return outcomeOf(answer);
    },
  };
}

/** As with functions: parameters win over the endpoint. */
function nameOf({ target, params }: TargetDelivery): string {
  return params.name || ENDPOINT.exec(target.endpoint)?.[1] || '';
}

type Params = { ok: true; headers: Texts; query: Texts; body: string | undefined } | { ok: false; problem: string };

/** UNVERIFIED EVB-146: headers and query are JSON objects, as the samples' templates make them; the body is sent as it is. */
function readParams({ params }: TargetDelivery): Params {
  const headers = readTexts(params.headerparameters);
  if (!headers) return { ok: false, problem: 'HeaderParameters made no JSON object of texts.' };
  const query = readTexts(params.querystringparameters);
  if (!query) return { ok: false, problem: 'QueryStringParameters made no JSON object of texts.' };
  return { ok: true, headers, query, body: params.bodyparameters || undefined };
}

function readTexts(text: string | undefined): Texts | undefined {
  const texts: Texts = new Map();
  if (!text) return texts;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // The caller says what is wrong.
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
  for (const [key, value] of Object.entries(parsed)) {
    if (typeof value === 'object' && value !== null) return undefined;
    if (key !== '' && value !== null) texts.set(key, String(value));
  }
  return texts;
}

function headersOf(
  given: Texts,
  body: string | undefined,
  auth: Readonly<Record<string, string>>,
): OutgoingHttpHeaders {
  const headers: Record<string, string> = Object.create(null);
  for (const [name, value] of given) if (!OWN_HEADERS.has(name.toLowerCase())) headers[name.toLowerCase()] = value;
  if (body !== undefined) headers['content-type'] ??= CONTENT_TYPE;
  // Secrets of the connection win over what a template made.
  for (const [name, value] of Object.entries(auth)) headers[name.toLowerCase()] = value;
  return { ...headers, 'content-length': body === undefined ? 0 : Buffer.byteLength(body) };
}

type AuthHeader = { ok: true; header: Readonly<Record<string, string>> } | { ok: false; problem: string };

async function authHeader({ auth, ...connection }: ConnectionRow, tokens: OAuthTokens): Promise<AuthHeader> {
  if (auth?.type !== 'OAUTH_AUTH') return { ok: true, header: plainAuth(auth) };
  const token = await tokens.get({ ...connection, auth });
  return token.ok ? { ok: true, header: { authorization: `Bearer ${token.token}` } } : token;
}

function plainAuth(auth: Exclude<AuthRow, { type: 'OAUTH_AUTH' }> | undefined): Readonly<Record<string, string>> {
  if (!auth) return {};
  if (auth.type === 'API_KEY_AUTH') return { [auth.name]: auth.value };
  const pair = Buffer.from(`${auth.username}:${auth.password}`, 'utf8').toString('base64');
  return { authorization: `Basic ${pair}` };
}

function final(error: string): DeliveryOutcome {
  return { error, isFinal: true };
}
