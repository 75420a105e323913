/** Every operation of STS (2015-04-01), RAM (2015-05-01) and Resource Management (2020-03-31), in the order of their API references. */
import { type OperationRow, planned } from '../../../src/kernel/operation.ts';
import { rpcMatch } from '../../../src/protocols/rpc.ts';
import { AssumeRole } from './assume-role.ts';
import { DeleteServiceLinkedRole } from './delete-service-linked-role.ts';
import { GetCallerIdentity } from './get-caller-identity.ts';
import { RAM, type RamServices, RESOURCE_MANAGER, STS } from './services.ts';

const sts = (name: string) => planned(name, rpcMatch(STS, name));
const ram = (name: string) => planned(name, rpcMatch(RAM, name), [{ action: `ram:${name}` }]);

const resourceManager = (name: string) =>
  planned(name, rpcMatch(RESOURCE_MANAGER, name), [{ action: `resourcemanager:${name}` }]);

export const ramOperations: readonly OperationRow<RamServices>[] = [
  AssumeRole,
  sts('AssumeRoleWithSAML'),
  sts('AssumeRoleWithOIDC'),
  GetCallerIdentity,
  ...[
    ...['CreateUser', 'GetUser', 'UpdateUser', 'DeleteUser', 'ListUsers'],
    ...['CreateLoginProfile', 'GetLoginProfile', 'UpdateLoginProfile', 'DeleteLoginProfile'],
    ...['CreateAccessKey', 'UpdateAccessKey', 'DeleteAccessKey', 'ListAccessKeys', 'GetAccessKeyLastUsed'],
    ...['CreateGroup', 'GetGroup', 'UpdateGroup', 'ListGroups', 'DeleteGroup'],
    ...['AddUserToGroup', 'RemoveUserFromGroup', 'ListGroupsForUser', 'ListUsersForGroup'],
    ...['CreateRole', 'GetRole', 'UpdateRole', 'ListRoles', 'DeleteRole'],
    ...['CreatePolicy', 'GetPolicy', 'DeletePolicy', 'ListPolicies', 'UpdatePolicyDescription'],
    ...['CreatePolicyVersion', 'GetPolicyVersion', 'DeletePolicyVersion', 'ListPolicyVersions'],
    'SetDefaultPolicyVersion',
    ...['AttachPolicyToUser', 'DetachPolicyFromUser', 'AttachPolicyToGroup', 'DetachPolicyFromGroup'],
    ...['AttachPolicyToRole', 'DetachPolicyFromRole'],
    ...['ListPoliciesForUser', 'ListPoliciesForGroup', 'ListPoliciesForRole', 'ListEntitiesForPolicy'],
    ...['TagResources', 'UntagResources', 'ListTagResources'],
    ...['SetAccountAlias', 'GetAccountAlias', 'ClearAccountAlias'],
    ...['SetPasswordPolicy', 'GetPasswordPolicy', 'SetSecurityPreference', 'GetSecurityPreference'],
    ...['CreateVirtualMFADevice', 'DeleteVirtualMFADevice', 'ListVirtualMFADevices'],
    ...['BindMFADevice', 'UnbindMFADevice', 'GetUserMFAInfo', 'DecodeDiagnosticMessage'],
  ].map(ram),
  DeleteServiceLinkedRole,
  ...[
    'CreateResourceGroup',
    'GetResourceGroup',
    'ListResourceGroups',
    'UpdateResourceGroup',
    'DeleteResourceGroup',
  ].map(resourceManager),
];
