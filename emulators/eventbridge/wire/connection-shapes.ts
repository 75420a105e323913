/** Connections and API destinations as the API spells them: secrets never among it. */
import type { XmlValue } from '../../../src/protocols/xml.ts';
import type { ApiDestinationRow, AuthRow, ConnectionRow, OAuthParameter } from '../store/connections.ts';

type Shape = Readonly<Record<string, XmlValue>>;

export function connectionShape({ id, name, description, network, auth, createdAtMs }: ConnectionRow): Shape {
  return {
    Id: id,
    ConnectionName: name,
    Type: 'Http',
    Description: description,
    // UNVERIFIED EVB-149: milliseconds, as everywhere else; the SDK's example has ten digits.
    GmtCreate: createdAtMs,
    NetworkParameters: {
      NetworkType: network.type,
      VpcId: network.vpcId,
      VswitcheId: network.vswitchId,
      SecurityGroupId: network.securityGroupId,
    },
    AuthParameters: auth && authShape(auth),
  };
}

function authShape(auth: AuthRow): Shape {
  switch (auth.type) {
    case 'BASIC_AUTH':
      return { AuthorizationType: auth.type, BasicAuthParameters: { Username: auth.username } };
    case 'API_KEY_AUTH':
      return { AuthorizationType: auth.type, ApiKeyAuthParameters: { ApiKeyName: auth.name } };
    case 'OAUTH_AUTH':
      return {
        AuthorizationType: auth.type,
        OAuthParameters: {
          AuthorizationEndpoint: auth.endpoint,
          HttpMethod: auth.method,
          ClientParameters: { ClientID: auth.clientId },
          OAuthHttpParameters: {
            HeaderParameters: auth.headers.map(parameterShape),
            QueryStringParameters: auth.query.map(parameterShape),
            BodyParameters: auth.body.map(parameterShape),
          },
        },
      };
  }
}

function parameterShape({ key, value, isSecret }: OAuthParameter): Shape {
  return { Key: key, Value: isSecret ? undefined : value, IsValueSecret: String(isSecret) };
}

export function apiDestinationShape(destination: ApiDestinationRow): Shape {
  const { name, connection, description, endpoint, method, createdAtMs } = destination;
  return {
    ApiDestinationName: name,
    ConnectionName: connection,
    Description: description,
    GmtCreate: createdAtMs,
    HttpApiParameters: { Endpoint: endpoint, Method: method },
  };
}
