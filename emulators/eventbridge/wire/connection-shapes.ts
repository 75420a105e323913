/** Connections and API destinations as the API spells them. */
import type { XmlValue } from '../../../src/protocols/xml.ts';
import type { ApiDestinationRow, AuthRow, ConnectionRow, OAuthParameter } from '../store/connections.ts';

type Shape = Readonly<Record<string, XmlValue>>;

/** Without the secrets, as a list shows it. */
export function connectionShape(connection: ConnectionRow): Shape {
  const { auth } = connection;
  return { ...plainShape(connection), AuthParameters: auth && authShape(auth, HIDDEN) };
}

/**
 * UNVERIFIED EVB-202: GetConnection tells the secrets, too. The open-source engine writes `**` for them, yet Terraform's
 * acceptance test for connections finds what it gave, and would plan the same change for ever otherwise.
 */
export function wholeConnectionShape(connection: ConnectionRow): Shape {
  const { auth, unusedAuth } = connection;
  return { ...plainShape(connection), AuthParameters: auth && { ...authShape(auth, TOLD), ...unusedAuth } };
}

type Secret = (value: string | undefined) => string | undefined;
const HIDDEN: Secret = () => undefined;
const TOLD: Secret = (value) => value;

function plainShape({ id, name, description, network, createdAtMs }: ConnectionRow): Shape {
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
  };
}

function authShape(auth: AuthRow, secret: Secret): Shape {
  const parameterShape = ({ key, value, isSecret }: OAuthParameter): Shape => {
    return { Key: key, Value: isSecret ? secret(value) : value, IsValueSecret: String(isSecret) };
  };
  switch (auth.type) {
    case 'BASIC_AUTH':
      return {
        AuthorizationType: auth.type,
        BasicAuthParameters: { Username: auth.username, Password: secret(auth.password) },
      };
    case 'API_KEY_AUTH':
      return {
        AuthorizationType: auth.type,
        ApiKeyAuthParameters: { ApiKeyName: auth.name, ApiKeyValue: secret(auth.value) },
      };
    case 'OAUTH_AUTH':
      return {
        AuthorizationType: auth.type,
        OAuthParameters: {
          AuthorizationEndpoint: auth.endpoint,
          HttpMethod: auth.method,
          ClientParameters: { ClientID: auth.clientId, ClientSecret: secret(auth.clientSecret) },
          OAuthHttpParameters: {
            HeaderParameters: auth.headers.map(parameterShape),
            QueryStringParameters: auth.query.map(parameterShape),
            BodyParameters: auth.body.map(parameterShape),
          },
        },
      };
  }
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
