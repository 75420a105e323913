/** What is refused about connections and API destinations. Wording: RocketMQ EventBridge source, EventBridgeErrorCode. */
import { type ErrorCatalogue, named } from '../../src/kernel/service-error.ts';

export type ConnectionErrorCode =
  | 'ConnectionNotExist'
  | 'ConnectionAlreadyExist'
  | 'ConnectionNameInvalid'
  | 'ConnectionCountExceedLimit'
  | 'ConnectionBoundApiDestination'
  | 'ConnectionAuthParametersInvalid'
  | 'ConnectionNetworkParametersInvalid'
  | 'NetworkParametersIsNull'
  | 'NetworkTypeIsBlank'
  | 'BasicRequiredParameterIsEmpty'
  | 'BasicUserNameLengthExceed'
  | 'BasicPassWordLengthExceed'
  | 'ApiKeyRequiredParameterIsEmpty'
  | 'ApiKeyNameLengthExceed'
  | 'ApiKeyValueLengthExceed'
  | 'OAuthRequiredParameterIsEmpty'
  | 'OauthHttpParametersEmpty'
  | 'ClientIDLengthExceed'
  | 'ClientSecretLengthExceed'
  | 'AuthorizationEndpointLengthExceed'
  | 'ApiDestinationNotExist'
  | 'ApiDestinationAlreadyExist'
  | 'ApiDestinationNameInvalid'
  | 'ApiDestinationCountExceedLimit'
  | 'ApiDestinationParametersInvalid'
  | 'HttpApiParametersIsNull'
  | 'EndpointIsBlank'
  | 'MethodIsBlank'
  | 'EndpointLengthExceed';

export const connectionErrors: ErrorCatalogue<ConnectionErrorCode> = {
  ConnectionNotExist: { status: 200, message: (details) => `The Connection [${named(details, 'name')}] not existed!` },
  ConnectionAlreadyExist: {
    status: 200,
    message: (details) => `The Connection [${named(details, 'name')}]  already existed!`,
  },
  ConnectionNameInvalid: {
    status: 200,
    message: (details) =>
      `The Connection name [${named(details, 'name')}] is invalid! Which should match the pattern [${named(details, 'pattern')}].`,
  },
  ConnectionCountExceedLimit: {
    status: 200,
    message: ({ count, limit }) =>
      `The current count of Connection is [${count}], which will exceed the limit quota [${limit}].`,
  },
  ConnectionBoundApiDestination: {
    status: 200,
    message: (details) =>
      `The Connection [${named(details, 'name')}] has bound API Destination, deletion is not allowed.`,
  },
  ConnectionAuthParametersInvalid: {
    status: 200,
    message: 'The auth parameters of Connection is invalid! Please see the documentation for details.',
  },
  ConnectionNetworkParametersInvalid: {
    status: 200,
    message: 'The network parameters of Connection is invalid! Please see the documentation for details.',
  },
  NetworkParametersIsNull: { status: 200, message: 'NetworkParameters is null !' },
  NetworkTypeIsBlank: { status: 200, message: 'NetworkType is blank !' },
  BasicRequiredParameterIsEmpty: {
    status: 200,
    message: 'Basic required parameters are empty, the required parameters are username and password !',
  },
  BasicUserNameLengthExceed: { status: 200, message: 'Basic username length cannot exceed 127 !' },
  BasicPassWordLengthExceed: { status: 200, message: 'Basic password length cannot exceed 127 !' },
  ApiKeyRequiredParameterIsEmpty: {
    status: 200,
    message: 'Api Key required parameters are empty, the required parameters are apiKeyName and apiKeyValue !',
  },
  ApiKeyNameLengthExceed: { status: 200, message: 'Api key name length cannot exceed 127 !' },
  ApiKeyValueLengthExceed: { status: 200, message: 'Api key value length cannot exceed 127 !' },
  OAuthRequiredParameterIsEmpty: {
    status: 200,
    message: 'OAuth required parameters are empty, the required parameters are authorizationEndpoint and httpMethod !',
  },
  OauthHttpParametersEmpty: { status: 200, message: 'OauthHttpParameters is Empty.' },
  ClientIDLengthExceed: { status: 200, message: 'ClientID length cannot exceed 127 !' },
  ClientSecretLengthExceed: { status: 200, message: 'ClientSecret length cannot exceed 127 !' },
  AuthorizationEndpointLengthExceed: { status: 200, message: 'Authorization endpoint length cannot exceed 127 !' },
  ApiDestinationNotExist: {
    status: 200,
    message: (details) => `The api-destination [${named(details, 'name')}] not existed!`,
  },
  ApiDestinationAlreadyExist: {
    status: 200,
    message: (details) => `The api-destination [${named(details, 'name')}]  already existed!`,
  },
  ApiDestinationNameInvalid: {
    status: 200,
    message: (details) =>
      `The api-destination name [${named(details, 'name')}] is invalid! Which should match the pattern [${named(details, 'pattern')}].`,
  },
  ApiDestinationCountExceedLimit: {
    status: 200,
    message: ({ count, limit }) =>
      `The current count of api-destination is [${count}], which will exceed the limit quota [${limit}].`,
  },
  ApiDestinationParametersInvalid: {
    status: 200,
    message: (details) =>
      `The api-destination parameters [${named(details, 'parameter')}] is invalid! Please see the documentation for details.`,
  },
  HttpApiParametersIsNull: { status: 200, message: 'HttpApiParameters is null !' },
  EndpointIsBlank: { status: 200, message: 'Endpoint is blank !' },
  MethodIsBlank: { status: 200, message: 'Method is blank !' },
  EndpointLengthExceed: { status: 200, message: 'Endpoint length cannot exceed 127 !' },
};
