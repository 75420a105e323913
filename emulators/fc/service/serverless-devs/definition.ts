/** Turns the checked props of an fc3 resource into a function definition, and says what of them is not served. */
import { ASYNC_AGE_SECONDS_DEFAULT, ASYNC_RETRIES_DEFAULT, ENVIRONMENT_BYTES_MAX } from '../../limits.ts';
import { isServedRuntime } from '../../schemas.ts';
import { triggerConfigSchema, triggerProblem } from '../../triggers/trigger-types.ts';
import type { FunctionDefinition, HookDefinition, TriggerDefinition } from '../function-definition.ts';
import { reportIssues } from './issues.ts';
import type { Findings, TemplatePath } from './problem.ts';
import type { Fc3Props } from './props.ts';
import { findUnserved, isUnset } from './unserved-props.ts';

/** What only a read gives back: kept by its API name, and only when it was written. */
const ECHOED = [
  'instanceConcurrency',
  'sessionAffinity',
  'instanceIsolationMode',
  'resourceGroupId',
  'internetAccess',
  'layers',
  'tags',
  'vpcConfig',
  'nasConfig',
  'ossMountConfig',
  'customRuntimeConfig',
  'customContainerConfig',
  'customDNS',
  'gpuConfig',
  'tracingConfig',
  'sessionAffinityConfig',
  'enableLongLiving',
  'disableOndemand',
  'disableInjectCredentials',
] as const;

/** Undefined when what was found wrong leaves no function. */
export function defineFunction(
  props: Fc3Props,
  path: TemplatePath,
  findings: Findings,
): FunctionDefinition | undefined {
  const before = findings.problems.length;
  warnOfUnserved(props, path, findings);
  checkCode(props, path, findings);
  checkEnvironment(props, path, findings);
  checkCpu(props, path, findings);
  const handler = props.handler ?? (props.runtime.startsWith('custom') ? 'index.handler' : undefined);
  if (handler === undefined)
    findings.problem(path, `handler is missing: ${props.runtime} wants file.method.`, 'Write handler: index.handler.');
  const triggers = defineTriggers(props, path, findings);
  if (handler === undefined || findings.problems.length > before) return undefined;

  const { asyncInvokeConfig, instanceLifecycleConfig, logConfig } = props;
  return {
    functionName: props.functionName,
    region: props.region,
    description: props.description,
    runtime: props.runtime,
    handler,
    code: typeof props.code === 'string' ? props.code : '.',
    memoryMB: props.memorySize,
    // Component source: 0.35 goes with the default memory, unless cpu or disk were chosen.
    cpu: props.cpu ?? (props.memorySize === 512 && props.diskSize === 512 ? 0.35 : undefined),
    diskMB: props.diskSize,
    timeoutSeconds: props.timeout,
    role: isUnset(props.role) ? undefined : props.role,
    environmentVariables: props.environmentVariables,
    initializer: defineHook(instanceLifecycleConfig?.initializer),
    preStop: defineHook(instanceLifecycleConfig?.preStop),
    idleTimeoutSeconds: props.idleTimeout,
    reservedConcurrency: props.concurrencyConfig?.reservedConcurrency,
    async: {
      retriesMax: asyncInvokeConfig?.maxAsyncRetryAttempts ?? ASYNC_RETRIES_DEFAULT,
      ageSecondsMax: asyncInvokeConfig?.maxAsyncEventAgeInSeconds ?? ASYNC_AGE_SECONDS_DEFAULT,
    },
    logProject: typeof logConfig === 'object' ? logConfig.project : '',
    logStore: typeof logConfig === 'object' ? logConfig.logstore : '',
    others: echoedProps(props),
    triggers,
  };
}

function warnOfUnserved(props: Fc3Props, path: TemplatePath, findings: Findings): void {
  for (const { key, message } of findUnserved(props)) findings.warn([...path, key], message);
  const { asyncInvokeConfig, instanceLifecycleConfig, runtime, role } = props;
  if (!isServedRuntime(runtime))
    findings.warn(
      [...path, 'runtime'],
      `runtime ${runtime} is not served yet: the function is kept, and calling it is refused.`,
      'Served are the nodejs runtimes.',
    );
  if (!isUnset(asyncInvokeConfig?.destinationConfig))
    findings.warn(
      [...path, 'asyncInvokeConfig', 'destinationConfig'],
      'destinationConfig is not served yet: results and failures are kept in the journal only.',
    );
  if (asyncInvokeConfig?.asyncTask)
    findings.warn([...path, 'asyncInvokeConfig', 'asyncTask'], 'asyncTask is not served yet: no task is recorded.');
  for (const name of ['initializer', 'preStop'] as const)
    if (!isUnset(instanceLifecycleConfig?.[name]?.command))
      findings.warn(
        [...path, 'instanceLifecycleConfig', name, 'command'],
        `${name}.command is not served: only its handler is called.`,
      );
  if (role === 'auto')
    findings.warn(
      [...path, 'role'],
      'role: auto makes no role here: the function gets no credentials.',
      'Name a role of localyun.yaml.',
    );
}

function checkCode({ code }: Fc3Props, path: TemplatePath, findings: Findings): void {
  const at = [...path, 'code'];
  if (code === undefined) findings.problem(path, 'code is missing.', 'Write code: ./folder.');
  else if (typeof code !== 'string')
    findings.problem(at, 'Code in a bucket is not served yet.', 'Name the folder it is built from.');
  else if (/^https?:\/\//.test(code)) findings.problem(at, 'Code from a URL is not served yet.', 'Name a folder.');
  else if (/\.(zip|jar|war)$/.test(code))
    findings.problem(at, 'A packed archive is not served yet.', 'Name the folder it is built from.');
}

function checkEnvironment({ environmentVariables }: Fc3Props, path: TemplatePath, findings: Findings): void {
  const at = [...path, 'environmentVariables'];
  let sizeBytes = 0;
  for (const [name, value] of Object.entries(environmentVariables)) {
    sizeBytes += Buffer.byteLength(name) + Buffer.byteLength(value);
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name))
      findings.problem(
        [...at, name],
        `"${name}" is no name for a variable: letters, digits and "_", starting with a letter.`,
      );
    if (name.startsWith('FC_'))
      findings.problem([...at, name], `${name}: names that begin with FC_ are the platform's own.`);
  }
  if (sizeBytes > ENVIRONMENT_BYTES_MAX)
    findings.problem(at, `The variables take ${sizeBytes} bytes; all together may take ${ENVIRONMENT_BYTES_MAX}.`);
}

/** Help page "Limits": vCPU to memory in GB between 1:1 and 1:4. */
function checkCpu({ cpu, memorySize }: Fc3Props, path: TemplatePath, findings: Findings): void {
  if (cpu === undefined) return;
  const ratio = memorySize / 1024 / cpu;
  if (ratio >= 1 && ratio <= 4) return;
  findings.problem(
    [...path, 'cpu'],
    `cpu ${cpu} and memorySize ${memorySize} don't go together: memory in GB must be one to four times cpu.`,
  );
}

function defineHook(
  hook: { handler?: string | undefined; timeout?: number | undefined } | undefined,
): HookDefinition | undefined {
  if (!hook?.handler) return undefined;
  // API reference: the default of both lifecycle hooks.
  return { handler: hook.handler, timeoutSeconds: hook.timeout ?? 3 };
}

function defineTriggers({ triggers }: Fc3Props, path: TemplatePath, findings: Findings): TriggerDefinition[] {
  const names = new Set<string>();
  return triggers.flatMap((trigger, index) => {
    const at = [...path, 'triggers', index];
    if (names.has(trigger.triggerName))
      findings.problem([...at, 'triggerName'], `Two triggers are called ${trigger.triggerName}.`);
    names.add(trigger.triggerName);
    if (trigger.qualifier !== 'LATEST')
      findings.problem(
        [...at, 'qualifier'],
        `Versions and aliases are not served yet, and "${trigger.qualifier}" is one.`,
        'Write LATEST, or leave it out.',
      );
    const wrong = triggerProblem({ ...trigger, sourceArn: trigger.sourceArn });
    if (wrong) findings.problem([...at, wrong.key], wrong.message);

    const schema = triggerConfigSchema(trigger.triggerType);
    const parsed = schema?.safeParse(trigger.triggerConfig);
    if (schema && parsed && !parsed.success)
      reportIssues(parsed.error, { schema, value: trigger.triggerConfig, path: [...at, 'triggerConfig'], findings });
    return [{ ...trigger, sourceArn: trigger.sourceArn, invocationRole: trigger.invocationRole }];
  });
}

function echoedProps(props: Fc3Props): Record<string, unknown> {
  const echoed: Record<string, unknown> = {};
  for (const key of ECHOED) if (props[key] !== undefined) echoed[key] = props[key];
  if (typeof props.logConfig === 'object') echoed.logConfig = props.logConfig;
  return echoed;
}
