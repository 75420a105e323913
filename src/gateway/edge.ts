/** Which room is this call for: a table, so that ONE port serves everything, also on a bare 127.0.0.1. */
import type { Handler } from '../kernel/pipeline.ts';
import { queryValue, type WireReply, type WireRequest } from '../kernel/wire.ts';

export type RoomName = 'oss' | 'eventbridge' | 'fc' | 'ram' | 'mns' | 'sls' | 'api-gateway';

interface EdgeRow {
  room: RoomName;
  when(request: WireRequest): boolean;
}

/** API versions of the RPC and ROA services, as clients send them in `x-acs-version` or `Version`. */
const ROOM_BY_VERSION: Readonly<Record<string, RoomName>> = {
  '2023-03-30': 'fc',
  '2021-04-06': 'fc',
  '2016-08-15': 'fc',
  '2020-04-01': 'eventbridge',
  '2015-04-01': 'ram',
  '2015-05-01': 'ram',
  '2020-03-31': 'ram',
  '2016-07-14': 'api-gateway',
  '2022-01-19': 'mns',
};

/**
 * Tried in order: addresses of HTTP triggers first, for what is sent there is the function's own business, signatures
 * included; then what only one service sends; OSS (which may be anonymous) last.
 */
const EDGE: readonly EdgeRow[] = [
  { room: 'fc', when: isHttpTrigger },
  { room: 'oss', when: (request) => scheme(request).startsWith('oss') || hasOssUrlSignature(request) },
  { room: 'mns', when: (request) => scheme(request) === 'mns' },
  { room: 'sls', when: (request) => scheme(request) === 'log' },
  { room: 'fc', when: (request) => scheme(request) === 'fc' },
  { room: 'eventbridge', when: (request) => /^\/openapi\//.test(request.rawPath) || isWebhook(request) },
  ...Object.entries(ROOM_BY_VERSION).map(([version, room]) => ({
    room,
    when: (request: WireRequest) => apiVersion(request) === version || request.rawPath.startsWith(`/${version}/`),
  })),
  // ali-oss's STS client and pop-core's POST keep even Action and Version in the form; OSS takes no such form.
  { room: 'ram', when: isFormCall },
  { room: 'oss', when: (request) => apiVersion(request) === undefined },
];

/** The handler of the room a request is for; a room that does not stand yet is refused by name. */
export function createEdge(rooms: Readonly<Partial<Record<RoomName, Handler>>>): Handler {
  return (request) => {
    const row = EDGE.find((candidate) => candidate.when(request));
    if (!row) return refuse(`API version ${apiVersion(request)} is not one that LocalYun knows.`);
    const handler = rooms[row.room];
    return handler ? handler(request) : refuse(`LocalYun does not serve ${row.room} yet.`);
  };
}

function isHttpTrigger({ rawPath, headers }: WireRequest): boolean {
  return rawPath.startsWith('/_fc/') || /\.fcapp\.(run|localhost)(:\d+)?$/i.test(headers.host ?? '');
}

/** A bucket may be named webhook; a call of it that is signed in a URL or header was taken by OSS before. */
function isWebhook(request: WireRequest): boolean {
  if (request.rawPath !== '/webhook/putEvents') return false;
  return queryValue(request, 'token') !== undefined || /^\d+\.eventbridge\./i.test(request.headers.host ?? '');
}

function scheme(request: WireRequest): string {
  const authorization = request.headers.authorization ?? '';
  const end = authorization.search(/[\s:]/);
  return (end < 0 ? authorization : authorization.slice(0, end)).toLowerCase();
}

function hasOssUrlSignature({ query }: WireRequest): boolean {
  for (const [name] of query)
    if (name === 'OSSAccessKeyId' || name === 'x-oss-signature-version' || name === 'x-oss-signature') return true;
  return false;
}

/** As STS names the keys it lends. */
const SESSION_KEY = /\bSTS\.[A-Za-z0-9]/;

/** Whether a call is made with borrowed keys, as those of a running function are. Whether they are good is the room's business. */
export function carriesSessionKey({ headers, rawQuery }: WireRequest): boolean {
  return SESSION_KEY.test(headers.authorization ?? '') || SESSION_KEY.test(rawQuery);
}

function apiVersion(request: WireRequest): string | undefined {
  return (
    request.headers['x-acs-version'] ??
    (queryValue(request, 'Action') === undefined ? undefined : queryValue(request, 'Version'))
  );
}

function isFormCall(request: WireRequest): boolean {
  const { method, rawPath, headers } = request;
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '');
  return (
    isForm &&
    apiVersion(request) === undefined &&
    method === 'POST' &&
    rawPath === '/' &&
    headers.authorization === undefined
  );
}

/** 400, never 5xx: clients retry those for minutes. Lower- and upper-case names, for SDKs differ in which they read. */
function refuse(message: string): WireReply {
  const body = JSON.stringify({ Code: 'NotImplemented', Message: message, RequestId: '', HostId: '', Recommend: '' });
  return { status: 400, headers: { 'Content-Type': 'application/json' }, body };
}
