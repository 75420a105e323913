/** Who owns everything here, as answers show it. */
export function ownerXml(accountId: string) {
  return { ID: accountId, DisplayName: accountId };
}

/** UNVERIFIED OSS-126: the form of the id of an account's default resource group. */
export function resourceGroupOf(accountId: string): string {
  return `rg-${accountId}`;
}
