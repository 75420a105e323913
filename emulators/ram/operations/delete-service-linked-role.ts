/** Resource Management DeleteServiceLinkedRole, as Terraform's `alicloud_event_bridge_service_linked_role` ends with it. */
import { z } from 'zod';
import { rpcMatch } from '../../../src/protocols/rpc.ts';
import { RamError } from '../errors.ts';
import { operation, RESOURCE_MANAGER } from './services.ts';

/** Services act without service-linked roles here, so there is none to delete; Terraform takes this answer for done. */
export const DeleteServiceLinkedRole = operation({
  name: 'DeleteServiceLinkedRole',
  match: rpcMatch(RESOURCE_MANAGER, 'DeleteServiceLinkedRole'),
  ram: [{ action: 'ram:DeleteServiceLinkedRole' }],
  input: () => z.object({ RoleName: z.string().min(1) }),
  handle(): never {
    throw new RamError('EntityNotExist.Role');
  },
  encode: (none: never) => none,
});
