/** Every call finds its room by what only that room's clients send; what no room serves is refused by name. */
import { describe, expect, test } from 'vitest';
import { createEdge, type RoomName } from '../../../../src/gateway/edge.ts';
import { decodeQuery } from '../../../../src/gateway/wire-request.ts';
import type { Handler } from '../../../../src/kernel/pipeline.ts';
import type { WireRequest } from '../../../../src/kernel/wire.ts';
import { wireRequest } from '../../../support/wire-request.ts';

const ROOMS: RoomName[] = ['oss', 'eventbridge', 'fc', 'ram', 'mns', 'sls', 'api-gateway'];
const answering =
  (room: string): Handler =>
  () =>
    Promise.resolve({ status: 200, body: room });
const all = createEdge(Object.fromEntries(ROOMS.map((room) => [room, answering(room)])));

interface Sent {
  path?: string;
  headers?: Record<string, string>;
}

function request({ path = '/', headers = {} }: Sent): WireRequest {
  const [rawPath = '/', rawQuery = ''] = path.split('?');
  return wireRequest({ rawPath, rawQuery, query: decodeQuery(rawQuery), headers });
}

const signed = (authorization: string, more: Record<string, string> = {}) => ({ headers: { authorization, ...more } });
const ACS3 = 'ACS3-HMAC-SHA256 Credential=k,SignedHeaders=host,Signature=s';

describe('the room', () => {
  test.each<[string, Sent, RoomName]>([
    ['an OSS V1 signature', signed('OSS k:s'), 'oss'],
    ['an OSS V2 signature', signed('OSS2 AccessKeyId:k,Signature:s'), 'oss'],
    [
      'an OSS V4 signature',
      signed('OSS4-HMAC-SHA256 Credential=k/20240101/cn-beijing/oss/aliyun_v4_request,Signature=s'),
      'oss',
    ],
    ['a scheme in another case', signed('oss k:s'), 'oss'],
    ['an OSS V1 address', { path: '/b/k?OSSAccessKeyId=k&Expires=1&Signature=s' }, 'oss'],
    ['an OSS V4 address', { path: '/b/k?x-oss-signature-version=OSS4-HMAC-SHA256' }, 'oss'],
    ['an OSS signature on a bucket named like an API version', { path: '/2023-03-30/k', ...signed('OSS k:s') }, 'oss'],
    ['an OSS signature on a bucket named openapi', { path: '/openapi/k', ...signed('OSS k:s') }, 'oss'],
    ['a webhook with its token', { path: '/webhook/putEvents?token=a' }, 'eventbridge'],
    [
      'a webhook without one, by its host',
      { path: '/webhook/putEvents', headers: { host: '1234.eventbridge.cn-hangzhou.aliyuncs.com' } },
      'eventbridge',
    ],
    ['an object of a bucket named webhook', { path: '/webhook/putEvents' }, 'oss'],
    ['an OSS signature on such an object', { path: '/webhook/putEvents?token=a', ...signed('OSS k:s') }, 'oss'],
    ['nothing at all', {}, 'oss'],
    ['an anonymous object', { path: '/b/k?response-content-type=a' }, 'oss'],
    ['a Version without an Action', { path: '/b/k?Version=2015-04-01' }, 'oss'],
    ['an MNS signature', signed('MNS k:s'), 'mns'],
    ['an SLS signature', signed('LOG k:s'), 'sls'],
    ['an FC signature', signed('FC k:s'), 'fc'],
    ['an FC path', { path: '/2023-03-30/functions', ...signed(ACS3) }, 'fc'],
    ['an FC version', { path: '/x', ...signed(ACS3, { 'x-acs-version': '2023-03-30' }) }, 'fc'],
    ['the older FC path', { path: '/2021-04-06/services' }, 'fc'],
    ['an HTTP trigger by its path', { path: '/_fc/f/t/x' }, 'fc'],
    ['an HTTP trigger by its host', { headers: { host: 'f-t.fcapp.localhost:9580' } }, 'fc'],
    ['an HTTP trigger by its host in the cloud', { headers: { host: 'f-t.cn-beijing.fcapp.run' } }, 'fc'],
    ['an HTTP trigger, whatever signature the function is sent', { path: '/_fc/f/t', ...signed('OSS k:s') }, 'fc'],
    [
      'an HTTP trigger, whatever its function is asked',
      { path: '/?Action=A&Version=2015-04-01', headers: { host: 'f-t.fcapp.localhost:1' } },
      'fc',
    ],
    ['EventBridge data', { path: '/openapi/putEvents', ...signed('acs:k:s') }, 'eventbridge'],
    ['an EventBridge version', signed(ACS3, { 'x-acs-version': '2020-04-01' }), 'eventbridge'],
    ['an STS call by query', { path: '/?Action=AssumeRole&Version=2015-04-01' }, 'ram'],
    ['a RAM call by header', signed(ACS3, { 'x-acs-version': '2015-05-01', 'x-acs-action': 'GetRole' }), 'ram'],
    ['a call of Resource Management', { path: '/?Action=DeleteServiceLinkedRole&Version=2020-03-31' }, 'ram'],
    ['an API Gateway call', { path: '/?Action=A&Version=2016-07-14' }, 'api-gateway'],
    ['an SMQ management call', { path: '/?Action=A&Version=2022-01-19' }, 'mns'],
  ])('of %s', async (_what, sent, room) => {
    expect(await all(request(sent))).toMatchObject({ status: 200, body: room });
  });

  test.each<Sent>([
    { headers: { host: 'fcapp.running.example.com' } },
    { headers: { host: 'x.fcapp.run.example.com' } },
    { path: '/_fcx/y' },
    signed('Ossify k'),
  ])('is OSS for what only looks like another: %j', async (sent) => {
    expect(await all(request(sent))).toMatchObject({ body: 'oss' });
  });
});

describe('refuses with 400, for clients retry a 5xx,', () => {
  const none = createEdge({ oss: answering('oss') });
  test.each<[string, Handler, Sent, string]>([
    ['a room that does not stand yet', none, signed('LOG k:s'), 'LocalYun does not serve sls yet.'],
    ['another one', none, { path: '/?Action=A&Version=2016-07-14' }, 'LocalYun does not serve api-gateway yet.'],
    [
      'an unknown version',
      all,
      { path: '/?Action=DescribeInstances&Version=2014-05-26' },
      'API version 2014-05-26 is not one that LocalYun knows.',
    ],
    [
      'an unknown version in a header',
      all,
      signed(ACS3, { 'x-acs-version': '1999-01-01' }),
      'API version 1999-01-01 is not one that LocalYun knows.',
    ],
    [
      'a version named like a part of every object',
      all,
      signed(ACS3, { 'x-acs-version': '__proto__' }),
      'API version __proto__ is not one that LocalYun knows.',
    ],
  ])('%s by name', async (_what, edge, sent, message) => {
    const reply = await edge(request(sent));
    expect(reply.status).toBe(400);
    expect(JSON.parse(String(reply.body))).toMatchObject({ Code: 'NotImplemented', Message: message });
  });
});
