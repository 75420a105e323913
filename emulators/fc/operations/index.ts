/** Every operation of FC's API, in the API reference's order; what is planned is refused by name. */
import { type OperationRow, planned } from '../../../src/kernel/operation.ts';
import { CreateTrigger } from './create-trigger.ts';
import { DeleteTrigger } from './delete-trigger.ts';
import { GetFunction } from './get-function.ts';
import { GetTrigger } from './get-trigger.ts';
import { InvokeFunction } from './invoke-function.ts';
import { ListFunctions } from './list-functions.ts';
import { ListTriggers } from './list-triggers.ts';
import type { FcServices } from './services.ts';
import { UpdateTrigger } from './update-trigger.ts';

export const rows: readonly OperationRow<FcServices>[] = [
  later('CreateFunction', 'POST /functions'),
  ListFunctions,
  GetFunction,
  later('UpdateFunction', 'PUT /functions/{functionName}'),
  later('DeleteFunction', 'DELETE /functions/{functionName}'),
  later('GetFunctionCode', 'GET /functions/{functionName}/code'),
  InvokeFunction,
  later('DisableFunctionInvocation', 'POST /functions/{functionName}/invoke/disable'),
  later('EnableFunctionInvocation', 'POST /functions/{functionName}/invoke/enable'),
  later('PublishFunctionVersion', 'POST /functions/{functionName}/versions'),
  later('ListFunctionVersions', 'GET /functions/{functionName}/versions'),
  later('DeleteFunctionVersion', 'DELETE /functions/{functionName}/versions/{versionId}'),
  later('CreateAlias', 'POST /functions/{functionName}/aliases'),
  later('GetAlias', 'GET /functions/{functionName}/aliases/{aliasName}'),
  later('UpdateAlias', 'PUT /functions/{functionName}/aliases/{aliasName}'),
  later('DeleteAlias', 'DELETE /functions/{functionName}/aliases/{aliasName}'),
  later('ListAliases', 'GET /functions/{functionName}/aliases'),
  CreateTrigger,
  GetTrigger,
  UpdateTrigger,
  DeleteTrigger,
  ListTriggers,
  later('PutAsyncInvokeConfig', 'PUT /functions/{functionName}/async-invoke-config'),
  later('GetAsyncInvokeConfig', 'GET /functions/{functionName}/async-invoke-config'),
  later('DeleteAsyncInvokeConfig', 'DELETE /functions/{functionName}/async-invoke-config'),
  later('ListAsyncInvokeConfigs', 'GET /async-invoke-configs'),
  later('ListAsyncTasks', 'GET /functions/{functionName}/async-tasks'),
  later('GetAsyncTask', 'GET /functions/{functionName}/async-tasks/{taskId}'),
  later('StopAsyncTask', 'PUT /functions/{functionName}/async-tasks/{taskId}/stop'),
  later('PutProvisionConfig', 'PUT /functions/{functionName}/provision-config'),
  later('GetProvisionConfig', 'GET /functions/{functionName}/provision-config'),
  later('DeleteProvisionConfig', 'DELETE /functions/{functionName}/provision-config'),
  later('ListProvisionConfigs', 'GET /provision-configs'),
  later('PutScalingConfig', 'PUT /functions/{functionName}/scaling-config'),
  later('GetScalingConfig', 'GET /functions/{functionName}/scaling-config'),
  later('DeleteScalingConfig', 'DELETE /functions/{functionName}/scaling-config'),
  later('ListScalingConfigs', 'GET /scaling-configs'),
  later('PutConcurrencyConfig', 'PUT /functions/{functionName}/concurrency'),
  later('GetConcurrencyConfig', 'GET /functions/{functionName}/concurrency'),
  later('DeleteConcurrencyConfig', 'DELETE /functions/{functionName}/concurrency'),
  later('ListConcurrencyConfigs', 'GET /concurrency-configs'),
  later('ListInstances', 'GET /functions/{functionName}/instances'),
  later('CreateSession', 'POST /functions/{functionName}/sessions'),
  later('GetSession', 'GET /functions/{functionName}/sessions/{sessionId}'),
  later('UpdateSession', 'PUT /functions/{functionName}/sessions/{sessionId}'),
  later('DeleteSession', 'DELETE /functions/{functionName}/sessions/{sessionId}'),
  later('ListSessions', 'GET /functions/{functionName}/sessions'),
  later('PauseSession', 'PUT /functions/{functionName}/sessions/{sessionId}/pause'),
  later('ResumeSession', 'PUT /functions/{functionName}/sessions/{sessionId}/resume'),
  later('CreateLayerVersion', 'POST /layers/{layerName}/versions'),
  later('ListLayerVersions', 'GET /layers/{layerName}/versions'),
  later('GetLayerVersion', 'GET /layers/{layerName}/versions/{version}'),
  later('DeleteLayerVersion', 'DELETE /layers/{layerName}/versions/{version}'),
  later('ListLayers', 'GET /layers'),
  later('PutLayerACL', 'PUT /layers/{layerName}/acl'),
  later('GetLayerVersionByArn', 'GET /layerarn/{arn}'),
  later('CreateCustomDomain', 'POST /custom-domains'),
  later('GetCustomDomain', 'GET /custom-domains/{domainName}'),
  later('UpdateCustomDomain', 'PUT /custom-domains/{domainName}'),
  later('DeleteCustomDomain', 'DELETE /custom-domains/{domainName}'),
  later('ListCustomDomains', 'GET /custom-domains'),
  later('CreateVpcBinding', 'POST /functions/{functionName}/vpc-bindings'),
  later('ListVpcBindings', 'GET /functions/{functionName}/vpc-bindings'),
  later('DeleteVpcBinding', 'DELETE /functions/{functionName}/vpc-bindings/{vpcId}'),
  later('TagResources', 'POST /tags-v2'),
  later('UntagResources', 'DELETE /tags-v2'),
  later('ListTagResources', 'GET /tags-v2'),
  later('ChangeResourceGroup', 'PUT /resource-groups'),
  later('DescribeRegions', 'GET /regions'),
  // The one operation of the old API that Serverless Devs still sends.
  planned('GetTempBucketToken', { method: 'GET', path: '/2016-08-15/tempBucketToken' }),
];

function later(name: string, call: string): OperationRow<unknown> {
  const [method = '', path = ''] = call.split(' ');
  return planned(name, { method, path: `/2023-03-30${path}` });
}
