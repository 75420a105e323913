/** A function as an instance of it needs to know it, and the two things made of that: its environment and its context. */
import { dirname, join } from 'node:path';
import type { FunctionFacts, InstanceCredentials } from './messages.ts';

export interface FunctionTarget {
  /** Instances are shared within a key only: function and resolved qualifier. */
  key: string;
  /** Changes with the code or the configuration; instances of another generation take no further call. */
  generation: string;
  functionName: string;
  qualifier: string;
  versionId: string;
  /** `nodejs20`: decides the bootstrap, its semantics and the cold start's distribution. */
  runtime: string;
  handler: string;
  memoryMB: number;
  timeoutMs: number;
  region: string;
  accountId: string;
  logProject: string;
  logStore: string;
  /** Absolute folder of the unpacked code. */
  codeDir: string;
  /** Absolute folder of the merged layers, which is /opt in the cloud. */
  layersDir?: string | undefined;
  environmentVariables: Readonly<Record<string, string>>;
  initializer?: LifecycleHook | undefined;
  preStop?: LifecycleHook | undefined;
  /** Calls that may run at once; one more is refused. */
  instancesMax: number;
  idleTimeoutMs?: number | undefined;
  /** Gets the code in place before the first instance starts; its time is a phase of the cold start. */
  prepareCode?: (() => Promise<void>) | undefined;
  /** The instance's own temporary credentials of the function's role; undefined without a role. Asked before each call. */
  credentials(instanceId: string): Promise<InstanceCredentials | undefined>;
}

export interface LifecycleHook {
  handler: string;
  timeoutMs: number;
}

/** Directories programs are looked for in, after the one of the runtime itself. */
const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export interface EnvironmentFacts {
  instanceId: string;
  credentials: InstanceCredentials | undefined;
  /** The instance's own writable folder, which is /tmp in the cloud. */
  temporaryDir: string;
  /** The runtime's executable. */
  execPath: string;
}

/** The whole environment of an instance. Help page "Environment variables": user values win over PATH and HOME, ours over user values. */
export function functionEnvironment(target: FunctionTarget, facts: EnvironmentFacts): Record<string, string> {
  const { layersDir } = target;
  const defaults: Record<string, string> = {
    PATH: [dirname(facts.execPath), SYSTEM_PATH, ...(layersDir ? [join(layersDir, 'bin')] : [])].join(':'),
    HOME: facts.temporaryDir,
    TMPDIR: facts.temporaryDir,
    ...(layersDir ? { NODE_PATH: join(layersDir, 'nodejs', 'node_modules') } : {}),
  };
  return { ...defaults, ...target.environmentVariables, ...platformVariables(target, facts) };
}

function platformVariables(
  target: FunctionTarget,
  { instanceId, credentials }: EnvironmentFacts,
): Record<string, string> {
  return {
    FC_ACCOUNT_ID: target.accountId,
    FC_REGION: target.region,
    FC_INSTANCE_ID: instanceId,
    FC_FUNCTION_NAME: target.functionName,
    FC_FUNCTION_HANDLER: target.handler,
    FC_FUNCTION_MEMORY_SIZE: String(target.memoryMB),
    FC_FUNC_CODE_PATH: target.codeDir.endsWith('/') ? target.codeDir : `${target.codeDir}/`,
    FC_QUALIFIER: target.qualifier,
    // UNVERIFIED FC-007: images up to Debian 10, which all Node.js runtimes are, name the version so.
    FC_VER_ID: target.versionId,
    ...(credentials && {
      ALIBABA_CLOUD_ACCESS_KEY_ID: credentials.accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: credentials.accessKeySecret,
      ALIBABA_CLOUD_SECURITY_TOKEN: credentials.securityToken,
      accessKeyID: credentials.accessKeyId,
      accessKeySecret: credentials.accessKeySecret,
      securityToken: credentials.securityToken,
    }),
  };
}

/** What the worker makes each call's `context` of. */
export function functionFacts(target: FunctionTarget): FunctionFacts {
  return {
    region: target.region,
    accountId: target.accountId,
    function: {
      name: target.functionName,
      handler: target.handler,
      memory: target.memoryMB,
      timeout: Math.ceil(target.timeoutMs / 1000),
    },
    service: {
      name: '',
      logProject: target.logProject,
      logStore: target.logStore,
      qualifier: target.qualifier,
      versionId: target.versionId,
    },
  };
}
