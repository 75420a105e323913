/** What a connection was told of ways to authenticate that it does not use: kept to be read back, never used. */
import { EventBridgeError } from '../errors.ts';
import { CREDENTIAL_CHARACTERS_MAX, OAUTH_PARAMETERS_MAX } from '../limits.ts';
import type { KeptJson, UnusedAuth } from '../store/connections.ts';
import type { AuthInput } from './connection-input.ts';

/** The block that each type uses. */
const BLOCKS = {
  BASIC_AUTH: 'BasicAuthParameters',
  API_KEY_AUTH: 'ApiKeyAuthParameters',
  OAUTH_AUTH: 'OAuthParameters',
} as const;

/**
 * UNVERIFIED EVB-201: all blocks come back, whichever the type uses. The example of Terraform's
 * `alicloud_event_bridge_connection` gives all three, and its acceptance test reads them back.
 */
export function readUnusedAuth(given: AuthInput, used: keyof typeof BLOCKS): UnusedAuth | undefined {
  const unused: UnusedAuth = {};
  for (const block of Object.values(BLOCKS)) {
    const told = block === BLOCKS[used] ? undefined : toldOf(given[block]);
    if (told !== undefined) unused[block] = told;
  }
  return Object.keys(unused).length === 0 ? undefined : unused;
}

/** What says something, each text and list within the limits of a block that is used. */
function toldOf(value: unknown): KeptJson | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string' && value.length > CREDENTIAL_CHARACTERS_MAX) throw invalid();
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) {
    if (value.length > OAUTH_PARAMETERS_MAX) throw invalid();
    return value.length === 0 ? undefined : value.map((each) => toldOf(each) ?? {});
  }
  const told = Object.entries(value as object).flatMap(([key, each]) => {
    const kept = toldOf(each);
    return kept === undefined ? [] : [[key, kept] as const];
  });
  return told.length === 0 ? undefined : Object.fromEntries(told);
}

function invalid(): EventBridgeError {
  return new EventBridgeError('ConnectionAuthParametersInvalid');
}
