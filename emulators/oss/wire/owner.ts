/** Who owns everything here, and the group it is in. */
import { OssError } from '../errors.ts';

/** As answers show it. */
export function ownerXml(accountId: string) {
  return { ID: accountId, DisplayName: accountId };
}

/** UNVERIFIED OSS-126: the form of the id of an account's default resource group. */
export function resourceGroupOf(accountId: string): string {
  return `rg-${accountId}`;
}

/** There is the account's default group and no other. */
export function assertResourceGroup(id: string | undefined, accountId: string): void {
  // alibabacloud-oss-v2 1.3 tests for Python: an empty id is the default group's.
  if (id !== undefined && id !== '' && id !== resourceGroupOf(accountId))
    throw new OssError('ResourceGroupIdPreCheckError');
}
