/** Keeps connections (how an API is reached, and the secrets it asks for) and the API destinations that use them. */
import type { Database } from '../../../src/kernel/database.ts';
import { type NamedStore, openNamedStore } from './named-store.ts';

export interface ConnectionRow {
  id: number;
  name: string;
  description: string;
  network: NetworkRow;
  auth: AuthRow | undefined;
  /** Absent in connections of older versions. */
  unusedAuth?: UnusedAuth | undefined;
  createdAtMs: number;
  /** A token that was fetched for an older state is not used. */
  changedAtMs: number;
}

export interface NetworkRow {
  type: 'PublicNetwork' | 'PrivateNetwork';
  vpcId: string | undefined;
  vswitchId: string | undefined;
  securityGroupId: string | undefined;
}

export type AuthRow =
  | { type: 'BASIC_AUTH'; username: string; password: string }
  | { type: 'API_KEY_AUTH'; name: string; value: string }
  | OAuthRow;

/** As it was given, what is empty left out. */
export interface UnusedAuth {
  BasicAuthParameters?: KeptJson;
  ApiKeyAuthParameters?: KeptJson;
  OAuthParameters?: KeptJson;
}

export type KeptJson = string | boolean | KeptJson[] | { [name: string]: KeptJson };

export interface OAuthRow {
  type: 'OAUTH_AUTH';
  endpoint: string;
  method: string;
  clientId: string | undefined;
  clientSecret: string | undefined;
  headers: OAuthParameter[];
  query: OAuthParameter[];
  body: OAuthParameter[];
}

export interface OAuthParameter {
  key: string;
  value: string;
  isSecret: boolean;
}

export interface ApiDestinationRow {
  name: string;
  connection: string;
  description: string;
  endpoint: string;
  method: string;
  createdAtMs: number;
}

export function openConnectionStore(database: Database): NamedStore<ConnectionRow> {
  return openNamedStore(database, 'eventbridge.connections');
}

export function openApiDestinationStore(database: Database): NamedStore<ApiDestinationRow> {
  return openNamedStore(database, 'eventbridge.api-destinations');
}
