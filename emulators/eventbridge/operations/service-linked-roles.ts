/** EventBridge's questions after the roles it acts under in the cloud: here it needs none, so they are always there. */
import { z } from 'zod';
import { apiOperation } from './api.ts';

const PREFIX = 'AliyunServiceRoleForEventBridge';

const roleOf = (name: string) =>
  apiOperation({
    name,
    input: () => z.object({ ProductName: z.string().regex(/^[A-Za-z0-9]{1,64}$/) }),
    // Help page "CreateServiceLinkedRoleForProduct": ProductName is the role's name, or a product's.
    // UNVERIFIED EVB-031: how the role of a product is named.
    handle: ({ ProductName }) => ({
      CheckPass: true,
      StsRoleName: ProductName.startsWith(PREFIX) ? ProductName : `${PREFIX}${ProductName}`,
    }),
  });

export const CheckRoleForProduct = roleOf('CheckRoleForProduct');
export const CheckServiceLinkedRoleForProduct = roleOf('CheckServiceLinkedRoleForProduct');
export const CreateServiceLinkedRoleForProduct = roleOf('CreateServiceLinkedRoleForProduct');
