/** The owner of everything here, as listings show it. */
export function ownerXml(accountId: string) {
  return { ID: accountId, DisplayName: accountId };
}
