/** A function and its triggers as somebody wrote them down: what a template says, in our units. */

export interface FunctionDefinition {
  functionName: string;
  region: string;
  description: string;
  runtime: string;
  handler: string;
  /** Folder of the code as written: relative to the template. */
  code: string;
  memoryMB: number;
  cpu: number | undefined;
  diskMB: number;
  timeoutSeconds: number;
  /** ARN, or a bare role name. */
  role: string | undefined;
  environmentVariables: Record<string, string>;
  initializer: HookDefinition | undefined;
  preStop: HookDefinition | undefined;
  idleTimeoutSeconds: number | undefined;
  /** Calls that may run at once; undefined: the room's default. 0 refuses every call. */
  reservedConcurrency: number | undefined;
  async: { retriesMax: number; ageSecondsMax: number };
  logProject: string;
  logStore: string;
  /** Everything else the template says, by its API name: kept, so that a read gives back what was written. */
  others: Record<string, unknown>;
  triggers: TriggerDefinition[];
}

export interface HookDefinition {
  handler: string;
  timeoutSeconds: number;
}

export interface TriggerDefinition {
  triggerName: string;
  triggerType: string;
  /** Parsed; on the wire it is JSON text. */
  triggerConfig: Record<string, unknown>;
  qualifier: string;
  description: string;
  sourceArn: string | undefined;
  invocationRole: string | undefined;
}
