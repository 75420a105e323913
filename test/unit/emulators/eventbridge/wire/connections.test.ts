/** Connections and API destinations by API: kept, checked, read back whole, and listed without their secrets. */
import { expect, test } from 'vitest';
import { dataOf } from '../../../../support/eventbridge-answers.ts';
import { ask, call } from '../api.ts';
import { openRoom, type Room } from '../room.ts';

const PUBLIC = { NetworkType: 'PublicNetwork' };
const BASIC = { AuthorizationType: 'BASIC_AUTH', BasicAuthParameters: { Username: 'u', Password: 's3cret' } };
const PARAMETER = { Key: 'grant_type', Value: 'v', IsValueSecret: 'false' };
const OAUTH = {
  AuthorizationEndpoint: 'http://127.0.0.1/token',
  HttpMethod: 'POST',
  ClientParameters: { ClientID: 'me', ClientSecret: 's3cret' },
  OAuthHttpParameters: { BodyParameters: [PARAMETER, { Key: 'pin', Value: 's3cret', IsValueSecret: 'true' }] },
};

function connect(room: Room, changes: Record<string, unknown> = {}, action = 'CreateConnection') {
  const given: Record<string, unknown> = { ConnectionName: 'partner', NetworkParameters: PUBLIC, ...changes };
  const texts = Object.entries(given).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, typeof value === 'string' ? value : JSON.stringify(value)]],
  );
  return call(room, action, Object.fromEntries(texts));
}

function destine(room: Room, changes: Record<string, string> = {}) {
  return call(room, 'CreateApiDestination', {
    ApiDestinationName: 'orders',
    ConnectionName: 'partner',
    HttpApiParameters: '{"Endpoint":"http://127.0.0.1/api","Method":"POST"}',
    ...changes,
  });
}

async function read(room: Room, ConnectionName = 'partner') {
  const { Connections } = await ask(room, 'GetConnection', { ConnectionName });
  return Connections?.[0];
}

test('a connection is made, read whole and listed without its secrets', async () => {
  const room = openRoom();
  expect((await connect(room, { Description: 'd', AuthParameters: BASIC })).body).toMatchObject({
    Code: 'Success',
    Data: { ConnectionName: 'partner' },
  });
  const network = { NetworkType: 'PrivateNetwork', VpcId: 'vpc-1', VswitcheId: 'vsw-1', SecurityGroupId: 'sg-1' };
  const apiKey = {
    AuthorizationType: 'API_KEY_AUTH',
    ApiKeyAuthParameters: { ApiKeyName: 'x', ApiKeyValue: 's3cret' },
  };
  await connect(room, { ConnectionName: 'keyed', NetworkParameters: network, AuthParameters: apiKey });
  await connect(room, {
    ConnectionName: 'oauth',
    AuthParameters: { AuthorizationType: 'OAUTH_AUTH', OAuthParameters: OAUTH },
  });
  expect(await read(room)).toEqual({
    Id: 1,
    ConnectionName: 'partner',
    Type: 'Http',
    Description: 'd',
    GmtCreate: room.clock.nowMs(),
    NetworkParameters: PUBLIC,
    AuthParameters: BASIC,
  });
  expect(await read(room, 'keyed')).toMatchObject({
    NetworkParameters: network,
    AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'x', ApiKeyValue: 's3cret' } },
  });
  expect(await read(room, 'oauth')).toHaveProperty('AuthParameters.OAuthParameters', {
    AuthorizationEndpoint: 'http://127.0.0.1/token',
    HttpMethod: 'POST',
    ClientParameters: { ClientID: 'me', ClientSecret: 's3cret' },
    OAuthHttpParameters: {
      HeaderParameters: [],
      QueryStringParameters: [],
      BodyParameters: [PARAMETER, { Key: 'pin', Value: 's3cret', IsValueSecret: 'true' }],
    },
  });
  const first = await call(room, 'ListConnections', { MaxResults: '2' });
  expect(first.body.Data).toMatchObject({ MaxResults: 2, Total: 3 });
  const NextToken = String(dataOf(first.body).NextToken);
  const second = await call(room, 'ListConnections', { MaxResults: '2', NextToken });
  const listed = [first, second].flatMap(({ body }) => dataOf(body).Connections);
  expect(listed.map((each) => each?.ConnectionName)).toEqual(['keyed', 'oauth', 'partner']);
  expect(JSON.stringify([first, second])).not.toContain('s3cret');
  expect(room.logs()).not.toContain('s3cret');
});

test('an update that leaves out secrets keeps them; another type of authentication needs its own', async () => {
  const room = openRoom();
  await connect(room, { AuthParameters: BASIC });
  const kept = { AuthorizationType: 'BASIC_AUTH', BasicAuthParameters: { Username: 'new' } };
  const update = await connect(
    room,
    { Description: 'x', NetworkParameters: undefined, AuthParameters: kept },
    'UpdateConnection',
  );
  expect(update.body).toMatchObject({ Success: true });
  expect(await read(room)).toMatchObject({
    Description: 'x',
    AuthParameters: { BasicAuthParameters: { Username: 'new', Password: 's3cret' } },
  });
  const other = { AuthorizationType: 'API_KEY_AUTH', ApiKeyAuthParameters: { ApiKeyName: 'x' } };
  expect((await connect(room, { AuthParameters: other }, 'UpdateConnection')).body.Code).toBe(
    'ApiKeyRequiredParameterIsEmpty',
  );
});

test('what Terraform leaves empty for the other types does not count', async () => {
  const room = openRoom();
  const sent = {
    ...BASIC,
    ApiKeyAuthParameters: {},
    OAuthParameters: {
      ClientParameters: {},
      OAuthHttpParameters: { BodyParameters: [], HeaderParameters: [], QueryStringParameters: [] },
    },
  };
  expect((await connect(room, { AuthParameters: sent })).body.Success).toBe(true);
  expect((await connect(room, { ConnectionName: 'none', AuthParameters: {} })).body.Success).toBe(true);
  expect(await read(room, 'none')).not.toHaveProperty('AuthParameters');
});

test('what a connection does not use is kept and read back, too: the example of Terraform gives all three', async () => {
  const room = openRoom();
  const key = { ApiKeyName: 'Token', ApiKeyValue: 's3cret' };
  const all = { ...BASIC, ApiKeyAuthParameters: key, OAuthParameters: { ...OAUTH, HttpMethod: '' } };
  await connect(room, { AuthParameters: all });
  const kept = { ...OAUTH, HttpMethod: undefined };
  expect((await read(room))?.AuthParameters).toEqual({ ...all, OAuthParameters: kept });
  expect(JSON.stringify(await ask(room, 'ListConnections'))).not.toMatch(/s3cret|Token/);
  // An update says anew all that there is to authentication.
  await connect(room, { AuthParameters: { ...BASIC, ApiKeyAuthParameters: key } }, 'UpdateConnection');
  expect((await read(room))?.AuthParameters).toEqual({ ...BASIC, ApiKeyAuthParameters: key });
  await connect(room, { Description: 'x', AuthParameters: undefined }, 'UpdateConnection');
  expect((await read(room))?.AuthParameters).toEqual({ ...BASIC, ApiKeyAuthParameters: key });
  await connect(room, { AuthParameters: {} }, 'UpdateConnection');
  expect(await read(room)).not.toHaveProperty('AuthParameters');
});

const long = 'x'.repeat(128);
const oauth = (changes: object) => ({ AuthorizationType: 'OAUTH_AUTH', OAuthParameters: { ...OAUTH, ...changes } });
const basic = (changes: object) => ({ ...BASIC, BasicAuthParameters: { ...BASIC.BasicAuthParameters, ...changes } });
const key = (ApiKeyName: string, ApiKeyValue: string) => ({
  ...{ AuthorizationType: 'API_KEY_AUTH', ApiKeyAuthParameters: { ApiKeyName, ApiKeyValue } },
});

test.each<[string, Record<string, unknown>, string]>([
  ['no network', { NetworkParameters: undefined }, 'NetworkParametersIsNull'],
  ['no type of network', { NetworkParameters: {} }, 'NetworkTypeIsBlank'],
  ['a strange network', { NetworkParameters: { NetworkType: 'Mars' } }, 'ConnectionNetworkParametersInvalid'],
  [
    'half a VPC',
    { NetworkParameters: { NetworkType: 'PrivateNetwork', VpcId: 'v' } },
    'ConnectionNetworkParametersInvalid',
  ],
  ['strange authentication', { AuthParameters: { AuthorizationType: 'DIGEST' } }, 'ConnectionAuthParametersInvalid'],
  ['no password', { AuthParameters: { AuthorizationType: 'BASIC_AUTH' } }, 'BasicRequiredParameterIsEmpty'],
  ['a long user name', { AuthParameters: basic({ Username: long }) }, 'BasicUserNameLengthExceed'],
  [
    'a long value that is not used',
    { AuthParameters: { ...BASIC, ApiKeyAuthParameters: { ApiKeyName: long } } },
    'ConnectionAuthParametersInvalid',
  ],
  [
    'a long list that is not used',
    {
      AuthParameters: {
        ...BASIC,
        OAuthParameters: { OAuthHttpParameters: { BodyParameters: Array(101).fill(PARAMETER) } },
      },
    },
    'ConnectionAuthParametersInvalid',
  ],
  ['a long password', { AuthParameters: basic({ Password: long }) }, 'BasicPassWordLengthExceed'],
  ['no key', { AuthParameters: key('', 'v') }, 'ApiKeyRequiredParameterIsEmpty'],
  ['a long key', { AuthParameters: key(long, 'v') }, 'ApiKeyNameLengthExceed'],
  ['a long value', { AuthParameters: key('k', long) }, 'ApiKeyValueLengthExceed'],
  ['a key no header has', { AuthParameters: key('a b', 'v') }, 'ConnectionAuthParametersInvalid'],
  ['no OAuth address', { AuthParameters: oauth({ AuthorizationEndpoint: '' }) }, 'OAuthRequiredParameterIsEmpty'],
  ['no OAuth at all', { AuthParameters: { AuthorizationType: 'OAUTH_AUTH' } }, 'OAuthRequiredParameterIsEmpty'],
  [
    'a long OAuth address',
    { AuthParameters: oauth({ AuthorizationEndpoint: `http://${long}` }) },
    'AuthorizationEndpointLengthExceed',
  ],
  [
    'an OAuth address that is none',
    { AuthParameters: oauth({ AuthorizationEndpoint: 'file:///etc' }) },
    'ConnectionAuthParametersInvalid',
  ],
  ['a strange method', { AuthParameters: oauth({ HttpMethod: 'TRACE' }) }, 'ConnectionAuthParametersInvalid'],
  ['a long client id', { AuthParameters: oauth({ ClientParameters: { ClientID: long } }) }, 'ClientIDLengthExceed'],
  [
    'a long client secret',
    { AuthParameters: oauth({ ClientParameters: { ClientSecret: long } }) },
    'ClientSecretLengthExceed',
  ],
  ['no OAuth parameters', { AuthParameters: oauth({ OAuthHttpParameters: {} }) }, 'OauthHttpParametersEmpty'],
  [
    'a parameter without a key',
    { AuthParameters: oauth({ OAuthHttpParameters: { BodyParameters: [{ Value: 'v' }] } }) },
    'ConnectionAuthParametersInvalid',
  ],
  [
    'a parameter too many',
    { AuthParameters: oauth({ OAuthHttpParameters: { BodyParameters: Array(51).fill(PARAMETER) } }) },
    'ConnectionAuthParametersInvalid',
  ],
  ['a short name', { ConnectionName: 'a' }, 'ConnectionNameInvalid'],
  ['a long name', { ConnectionName: long }, 'ConnectionNameInvalid'],
  ['a strange name', { ConnectionName: 'a/b' }, 'ConnectionNameInvalid'],
  ['a long description', { Description: 'x'.repeat(256) }, 'InvalidArgument'],
  ['broken JSON', { AuthParameters: '{' }, 'InvalidArgument'],
])('%s is refused', async (_what, changes, Code) => {
  const room = openRoom();
  const { status, body } = await connect(room, changes);
  expect({ status, ...body }).toMatchObject({ status: 200, Success: false, Code });
  expect(body.Message).not.toBe('');
});

test.each(['MySQL', 'PostgreSQL', 'Elasticsearch'])('a connection of type %s is refused by name', async (Type) => {
  const { status, body } = await connect(openRoom(), { Type });
  expect(status).toBe(400);
  expect(body).toMatchObject({
    Code: 'NotImplemented',
    Message: `The connection type ${Type} is not served by LocalYun yet.`,
  });
});

test('names are one connection’s each, and there are at most so many', async () => {
  const room = openRoom({ limits: { connectionsMax: 2, apiDestinationsMax: 1 } });
  await connect(room);
  expect((await connect(room)).body.Code).toBe('ConnectionAlreadyExist');
  await connect(room, { ConnectionName: 'second', Type: 'Http' });
  expect((await connect(room, { ConnectionName: 'third' })).body.Code).toBe('ConnectionCountExceedLimit');
  await destine(room);
  expect((await destine(room)).body.Code).toBe('ApiDestinationAlreadyExist');
  expect((await destine(room, { ApiDestinationName: 'more' })).body.Code).toBe('ApiDestinationCountExceedLimit');
});

test('an API destination answers under Date, is read, changed, listed and deleted', async () => {
  const room = openRoom();
  await connect(room);
  await connect(room, { ConnectionName: 'other' });
  const made = await destine(room, { Description: 'd' });
  expect(made.body).toMatchObject({ Code: 'Success', Date: { ApiDestinationName: 'orders' } });
  expect(made.body).not.toHaveProperty('Data');
  const get = () => ask(room, 'GetApiDestination', { ApiDestinationName: 'orders' });
  expect(await get()).toEqual({
    ApiDestinationName: 'orders',
    ConnectionName: 'partner',
    Description: 'd',
    GmtCreate: room.clock.nowMs(),
    HttpApiParameters: { Endpoint: 'http://127.0.0.1/api', Method: 'POST' },
  });
  const HttpApiParameters = '{"Method":"GET"}';
  await call(room, 'UpdateApiDestination', {
    ApiDestinationName: 'orders',
    ConnectionName: 'other',
    HttpApiParameters,
  });
  expect(await get()).toMatchObject({
    ConnectionName: 'other',
    Description: 'd',
    HttpApiParameters: { Endpoint: 'http://127.0.0.1/api', Method: 'GET' },
  });
  const list = (parameters: Record<string, string>) => ask(room, 'ListApiDestinations', parameters);
  expect(await list({ ConnectionName: 'other' })).toMatchObject({
    Total: 1,
    ApiDestinations: [{ ApiDestinationName: 'orders' }],
  });
  expect(await list({ ApiDestinationNamePrefix: 'x' })).toMatchObject({ Total: 0, ApiDestinations: [] });
  const bound = await call(room, 'DeleteConnection', { ConnectionName: 'other' });
  expect(bound.body.Code).toBe('ConnectionBoundApiDestination');
  expect((await call(room, 'DeleteApiDestination', { ApiDestinationName: 'orders' })).body.Success).toBe(true);
  expect((await call(room, 'DeleteConnection', { ConnectionName: 'other' })).body.Success).toBe(true);
});

test.each([
  ['GetConnection', 'ConnectionName', 'ConnectionNotExist'],
  ['DeleteConnection', 'ConnectionName', 'ConnectionNotExist'],
  ['UpdateConnection', 'ConnectionName', 'ConnectionNotExist'],
  ['GetApiDestination', 'ApiDestinationName', 'ApiDestinationNotExist'],
  ['DeleteApiDestination', 'ApiDestinationName', 'ApiDestinationNotExist'],
  ['UpdateApiDestination', 'ApiDestinationName', 'ApiDestinationNotExist'],
])('%s of what is not there says so', async (action, parameter, Code) => {
  const { status, body } = await call(openRoom(), action, { [parameter]: 'none' });
  expect({ status, ...body }).toMatchObject({ status: 200, Success: false, Code });
});

test.each([
  [{ ConnectionName: 'none' }, 'ConnectionNotExist'],
  [{ ApiDestinationName: 'a' }, 'ApiDestinationNameInvalid'],
  [{ HttpApiParameters: '{}' }, 'EndpointIsBlank'],
  [{ HttpApiParameters: '{"Endpoint":"http://a"}' }, 'MethodIsBlank'],
  [{ HttpApiParameters: `{"Endpoint":"http://${'x'.repeat(121)}","Method":"GET"}` }, 'EndpointLengthExceed'],
  [{ HttpApiParameters: '{"Endpoint":"ftp://a","Method":"GET"}' }, 'ApiDestinationParametersInvalid'],
  [{ HttpApiParameters: '{"Endpoint":"http://a","Method":"TRACE"}' }, 'ApiDestinationParametersInvalid'],
  [{ Description: 'x'.repeat(256) }, 'InvalidArgument'],
])('an API destination with %o is refused', async (changes, Code) => {
  const room = openRoom();
  await connect(room);
  expect((await destine(room, changes)).body).toMatchObject({ Success: false, Code });
});

test('a reset forgets both', async () => {
  const room = openRoom();
  await connect(room);
  await destine(room);
  await room.bridge.reset();
  expect((await ask(room, 'ListConnections')).Total).toBe(0);
  expect((await ask(room, 'ListApiDestinations')).Total).toBe(0);
});
