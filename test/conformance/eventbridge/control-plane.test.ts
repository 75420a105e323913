/** EventBridge's control plane through the core of the vendor's SDKs, with both generations of its signature. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are templates of the service.
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Stack, startStack } from '../../../src/index.ts';
import { type Answer, answerOf, dataOf } from '../../support/eventbridge-answers.ts';

const require = createRequire(import.meta.url);
const openapi = require('@alicloud/openapi-client') as typeof import('@alicloud/openapi-client');

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ logLevel: 'silent' });
});
afterAll(() => stack.close());

type Query = Record<string, string>;

/** As the generated clients send it: parameters in the query, an empty body. */
async function call(
  signature: 'ACS3-HMAC-SHA256' | 'v2',
  action: string,
  query: Query,
  secret?: string,
): Promise<Answer> {
  const client = new openapi.default(
    new openapi.Config({
      ...stack.credentials,
      ...(secret === undefined ? {} : { accessKeySecret: secret }),
      endpoint: stack.endpoint.replace('http://', ''),
      protocol: 'http',
      signatureAlgorithm: signature,
    }),
  );
  const params = new openapi.Params({
    action,
    version: '2020-04-01',
    protocol: 'HTTP',
    pathname: '/',
    method: 'POST',
    authType: 'AK',
    style: 'RPC',
    reqBodyType: 'formData',
    bodyType: 'json',
  });
  const answer = await client.callApi(params, new openapi.OpenApiRequest({ query }) as never, {} as never);
  return answerOf(answer.body);
}

describe.each(['ACS3-HMAC-SHA256', 'v2'] as const)('signed with %s', (signature) => {
  const bus = `bus-${signature === 'v2' ? 2 : 3}`;
  const rule = { EventBusName: bus, RuleName: 'paid' };

  test('a bus, a rule and its targets come back as they were made', async () => {
    expect(dataOf(await call(signature, 'CreateEventBus', { EventBusName: bus })).EventBusARN).toBe(
      `acs:eventbridge:${stack.region}:${stack.accountId}:eventbus/${bus}`,
    );
    // Terraform compares the pattern as a text: the space after the comma is part of it.
    const FilterPattern = '{"source":["crm.orders", "shop"],"type":["order:paid"]}';
    const target = {
      Id: 'queue',
      Type: 'acs.mns.queue',
      Endpoint: `acs:mns:${stack.region}:${stack.accountId}:queues/paid`,
      ParamList: [
        { ResourceKey: 'queue', Form: 'CONSTANT', Value: 'paid', Template: '' },
        { ResourceKey: 'Body', Form: 'TEMPLATE', Value: '{"k":"$.data.key"}', Template: '{"key":"${k}"}' },
      ],
    };
    const EventTargets = JSON.stringify([target]);
    const created = await call(signature, 'CreateRule', { ...rule, FilterPattern, EventTargets, Status: 'enable' });
    expect(created).toMatchObject({
      Code: 'Success',
      Success: true,
      Data: { RuleARN: expect.stringContaining('/rule/paid') },
    });
    const { Data } = await call(signature, 'GetRule', rule);
    expect(Data).toMatchObject({ ...rule, FilterPattern, Status: 'ENABLE', Targets: [target] });
    await call(signature, 'DisableRule', rule);
    expect(dataOf(await call(signature, 'ListRules', { EventBusName: bus })).Rules?.[0]?.Status).toBe('DISABLE');
  });

  test('a missing rule is told by its code in an answer of HTTP 200, which the SDK does not throw', async () => {
    const body = await call(signature, 'GetRule', { ...rule, RuleName: 'none' });
    expect(body).toMatchObject({ Success: false, Code: 'EventRuleNotExisted', Message: 'The event rule not existed!' });
  });

  test('an API destination and its connection come back as they were made; a list tells no secret', async () => {
    const ConnectionName = `partner-${signature}`;
    const AuthParameters = {
      AuthorizationType: 'BASIC_AUTH',
      BasicAuthParameters: { Username: 'admin', Password: 's3cret' },
    };
    const NetworkParameters = JSON.stringify({ NetworkType: 'PublicNetwork' });
    const made = { ConnectionName, NetworkParameters, AuthParameters: JSON.stringify(AuthParameters) };
    expect(await call(signature, 'CreateConnection', made)).toMatchObject({ Data: { ConnectionName } });
    const api = { Endpoint: 'http://127.0.0.1/api', Method: 'POST' };
    const destination = { ApiDestinationName: `orders-${signature}`, ConnectionName };
    const HttpApiParameters = JSON.stringify(api);
    expect(await call(signature, 'CreateApiDestination', { ...destination, HttpApiParameters })).toMatchObject({
      Date: { ApiDestinationName: destination.ApiDestinationName },
    });
    expect((await call(signature, 'GetApiDestination', destination)).Data).toMatchObject({
      ...destination,
      HttpApiParameters: api,
    });
    const data = dataOf(await call(signature, 'GetConnection', { ConnectionName }));
    expect(data.Connections).toMatchObject([{ AuthParameters }]);
    expect(JSON.stringify(await call(signature, 'ListConnections', {}))).not.toContain('s3cret');
    expect(await call(signature, 'DeleteConnection', { ConnectionName })).toMatchObject({
      Success: false,
      Code: 'ConnectionBoundApiDestination',
    });
  });

  test('a wrong secret is an error the SDK throws', async () => {
    await expect(call(signature, 'ListEventBuses', {}, 'wrong')).rejects.toMatchObject({
      code: /SignatureDoesNotMatch/,
    });
  });
});
