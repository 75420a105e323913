/** Reads how a connection is made: network and authentication, checked as the open-source engine does. */
import { EventBridgeError, type EventBridgeErrorCode } from '../errors.ts';
import { CREDENTIAL_CHARACTERS_MAX, OAUTH_PARAMETERS_MAX } from '../limits.ts';
import type { AuthRow, NetworkRow, OAuthParameter, OAuthRow } from '../store/connections.ts';

type Text = string | undefined;

export interface NetworkInput {
  NetworkType?: Text;
  VpcId?: Text;
  VswitcheId?: Text;
  SecurityGroupId?: Text;
}

export interface AuthInput {
  AuthorizationType?: Text;
  BasicAuthParameters?: { Username?: Text; Password?: Text } | undefined;
  ApiKeyAuthParameters?: { ApiKeyName?: Text; ApiKeyValue?: Text } | undefined;
  OAuthParameters?: OAuthInput | undefined;
}

interface OAuthInput {
  AuthorizationEndpoint?: Text;
  HttpMethod?: Text;
  ClientParameters?: { ClientID?: Text; ClientSecret?: Text } | undefined;
  OAuthHttpParameters?:
    | {
        HeaderParameters?: ParameterInput[] | undefined;
        QueryStringParameters?: ParameterInput[] | undefined;
        BodyParameters?: ParameterInput[] | undefined;
      }
    | undefined;
}

interface ParameterInput {
  Key?: Text;
  Value?: Text;
  IsValueSecret?: string | boolean | undefined;
}

/** `@alicloud/eventbridge20200401` source. */
export const METHODS: readonly string[] = ['GET', 'POST', 'HEAD', 'DELETE', 'PUT', 'PATCH'];

export function readNetwork(given: NetworkInput | undefined): NetworkRow {
  if (!given) throw new EventBridgeError('NetworkParametersIsNull');
  const { NetworkType: type, VpcId, VswitcheId, SecurityGroupId } = given;
  if (!type) throw new EventBridgeError('NetworkTypeIsBlank');
  if (type !== 'PublicNetwork' && type !== 'PrivateNetwork')
    throw new EventBridgeError('ConnectionNetworkParametersInvalid');
  const isWhole = VpcId && VswitcheId && SecurityGroupId;
  if (type === 'PrivateNetwork' && !isWhole) throw new EventBridgeError('ConnectionNetworkParametersInvalid');
  return { type, vpcId: VpcId, vswitchId: VswitcheId, securityGroupId: SecurityGroupId };
}

/** A secret that is left out stays as it was: lists show none. */
export function readAuth(given: AuthInput | undefined, before: AuthRow | undefined): AuthRow | undefined {
  switch (given?.AuthorizationType) {
    case undefined:
    case '':
      return undefined;
    // The help page writes BASIC, its example BASIC_AUTH.
    case 'BASIC':
    case 'BASIC_AUTH':
      return readBasic(given, before);
    case 'API_KEY_AUTH':
      return readApiKey(given, before);
    case 'OAUTH_AUTH':
      return readOAuth(given.OAuthParameters, before);
    default:
      throw new EventBridgeError('ConnectionAuthParametersInvalid');
  }
}

function readBasic({ BasicAuthParameters: given = {} }: AuthInput, before: AuthRow | undefined): AuthRow {
  const username = given.Username || (before?.type === 'BASIC_AUTH' ? before.username : '');
  const password = given.Password || (before?.type === 'BASIC_AUTH' ? before.password : '');
  if (username === '' || password === '') throw new EventBridgeError('BasicRequiredParameterIsEmpty');
  checkLength(username, 'BasicUserNameLengthExceed');
  checkLength(password, 'BasicPassWordLengthExceed');
  return { type: 'BASIC_AUTH', username, password };
}

function readApiKey({ ApiKeyAuthParameters: given = {} }: AuthInput, before: AuthRow | undefined): AuthRow {
  const name = given.ApiKeyName || (before?.type === 'API_KEY_AUTH' ? before.name : '');
  const value = given.ApiKeyValue || (before?.type === 'API_KEY_AUTH' ? before.value : '');
  if (name === '' || value === '') throw new EventBridgeError('ApiKeyRequiredParameterIsEmpty');
  checkLength(name, 'ApiKeyNameLengthExceed');
  checkLength(value, 'ApiKeyValueLengthExceed');
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) throw new EventBridgeError('ConnectionAuthParametersInvalid');
  return { type: 'API_KEY_AUTH', name, value };
}

function readOAuth(given: OAuthInput | undefined, before: AuthRow | undefined): OAuthRow {
  const { AuthorizationEndpoint: endpoint = '', HttpMethod: method = '' } = given ?? {};
  if (endpoint === '' || method === '') throw new EventBridgeError('OAuthRequiredParameterIsEmpty');
  checkLength(endpoint, 'AuthorizationEndpointLengthExceed');
  if (!METHODS.includes(method) || !isHttpUrl(endpoint)) throw new EventBridgeError('ConnectionAuthParametersInvalid');
  const earlier = before?.type === 'OAUTH_AUTH' ? before : undefined;
  const { ClientID: clientId, ClientSecret } = given?.ClientParameters ?? {};
  const clientSecret = ClientSecret || (clientId === earlier?.clientId ? earlier?.clientSecret : undefined);
  checkLength(clientId ?? '', 'ClientIDLengthExceed');
  checkLength(clientSecret ?? '', 'ClientSecretLengthExceed');
  const http = given?.OAuthHttpParameters ?? {};
  const headers = readParameters(http.HeaderParameters, earlier?.headers);
  const query = readParameters(http.QueryStringParameters, earlier?.query);
  const body = readParameters(http.BodyParameters, earlier?.body);
  if (headers.length + query.length + body.length === 0) throw new EventBridgeError('OauthHttpParametersEmpty');
  return { type: 'OAUTH_AUTH', endpoint, method, clientId, clientSecret, headers, query, body };
}

function readParameters(list: ParameterInput[] = [], before: readonly OAuthParameter[] = []): OAuthParameter[] {
  if (list.length > OAUTH_PARAMETERS_MAX) throw new EventBridgeError('ConnectionAuthParametersInvalid');
  return list.map(({ Key: key = '', Value, IsValueSecret }) => {
    if (key === '') throw new EventBridgeError('ConnectionAuthParametersInvalid');
    const isSecret = IsValueSecret === true || IsValueSecret === 'true';
    const earlier = isSecret ? before.find((each) => each.key === key && each.isSecret) : undefined;
    return { key, value: Value || earlier?.value || '', isSecret };
  });
}

export function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function checkLength(text: string, code: EventBridgeErrorCode): void {
  if (text.length > CREDENTIAL_CHARACTERS_MAX) throw new EventBridgeError(code);
}
