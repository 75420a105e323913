/** The props of an fc3 resource: every key the component knows, so that any other is a mistake. */
import { z } from 'zod';
import {
  ASYNC_AGE_SECONDS_MAX,
  ASYNC_RETRIES_MAX,
  INITIALIZER_SECONDS_MAX,
  PRE_STOP_SECONDS_MAX,
  TIMEOUT_SECONDS_MAX,
  TRIGGERS_PER_FUNCTION_MAX,
} from '../../limits.ts';
import { functionNameSchema, RUNTIMES, TRIGGER_TYPES, triggerNameSchema } from '../../schemas.ts';

/** Numbers that a template may also hold as text, as `${env('X')}` yields them. */
const number = () =>
  z.union([
    z.number(),
    z
      .string()
      .regex(/^-?\d+(\.\d+)?$/, 'a number')
      .transform(Number),
  ]);
const integer = (min: number, max: number) =>
  number().pipe(z.number().int('a whole number').min(min, `at least ${min}`).max(max, `at most ${max}`));
const boolean = () => z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);
/** Environment values are text in the end, and people write numbers. */
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
/** Kept as written: nothing here reads it. */
const anything = z.unknown().optional();

const hook = (secondsMax: number) =>
  z.strictObject({
    handler: z.string().optional(),
    timeout: integer(1, secondsMax).optional(),
    command: z.array(z.string()).optional(),
  });

const trigger = z.strictObject({
  triggerName: triggerNameSchema,
  triggerType: z.enum(TRIGGER_TYPES),
  triggerConfig: z.record(z.string(), z.unknown()).default({}),
  qualifier: z.union([z.string(), z.number()]).transform(String).default('LATEST'),
  description: z.string().default(''),
  sourceArn: z.string().optional(),
  invocationRole: z.string().optional(),
});

const asyncInvokeConfig = z.strictObject({
  maxAsyncRetryAttempts: integer(0, ASYNC_RETRIES_MAX).optional(),
  maxAsyncEventAgeInSeconds: integer(1, ASYNC_AGE_SECONDS_MAX).optional(),
  asyncTask: boolean().optional(),
  destinationConfig: anything,
  qualifier: z.string().optional(),
});

export const propsSchema = z.strictObject({
  region: z.string().min(1, 'must not be empty'),
  functionName: functionNameSchema,
  description: z.string().max(256, 'at most 256 characters').default(''),
  runtime: z.enum(RUNTIMES),
  handler: z.string().min(1, 'must not be empty').optional(),
  code: z.union([z.string(), z.strictObject({ ossBucketName: z.string(), ossObjectName: z.string() })]).optional(),
  memorySize: integer(128, 32_768)
    .refine((size) => size % 64 === 0, 'a multiple of 64')
    .default(512),
  cpu: number()
    .pipe(z.number().min(0.05, 'at least 0.05').max(16, 'at most 16'))
    .refine((cpu) => isMultiple(cpu, 0.05), 'a multiple of 0.05')
    .optional(),
  diskSize: z.union([z.literal(512), z.literal(10_240)]).default(512),
  timeout: integer(1, TIMEOUT_SECONDS_MAX).default(3),
  environmentVariables: z.record(z.string(), scalar).default({}),
  role: z.string().optional(),
  instanceLifecycleConfig: z
    .strictObject({
      initializer: hook(INITIALIZER_SECONDS_MAX).optional(),
      preStop: hook(PRE_STOP_SECONDS_MAX).optional(),
    })
    .optional(),
  idleTimeout: integer(-1, TIMEOUT_SECONDS_MAX).optional(),
  concurrencyConfig: z.strictObject({ reservedConcurrency: integer(0, 10_000) }).optional(),
  asyncInvokeConfig: asyncInvokeConfig.optional(),
  triggers: z.array(trigger).max(TRIGGERS_PER_FUNCTION_MAX, `at most ${TRIGGERS_PER_FUNCTION_MAX}`).default([]),
  instanceConcurrency: integer(1, 200).optional(),
  internetAccess: boolean().default(true),
  logConfig: z
    .union([
      z.literal('auto'),
      z.strictObject({
        project: z.string().default(''),
        logstore: z.string().default(''),
        enableRequestMetrics: boolean().optional(),
        enableInstanceMetrics: boolean().optional(),
        enableLlmMetrics: boolean().optional(),
        logBeginRule: z.enum(['None', 'DefaultRegex']).optional(),
      }),
    ])
    .optional(),
  tags: z
    .array(z.strictObject({ key: z.string(), value: z.string() }))
    .max(20, 'at most 20')
    .optional(),
  layers: z.array(z.string()).max(5, 'at most 5').optional(),
  sessionAffinity: z.string().optional(),
  instanceIsolationMode: z.string().optional(),
  resourceGroupId: z.string().optional(),
  ...keptAsWritten(),
});

export type Fc3Props = z.output<typeof propsSchema>;

function keptAsWritten() {
  return {
    vpcConfig: anything,
    vpcBinding: anything,
    nasConfig: anything,
    ossMountConfig: anything,
    customRuntimeConfig: anything,
    customContainerConfig: anything,
    customDNS: anything,
    gpuConfig: anything,
    tracingConfig: anything,
    sessionAffinityConfig: anything,
    enableLongLiving: anything,
    disableOndemand: anything,
    disableInjectCredentials: anything,
    annotations: anything,
    endpoint: anything,
    provisionConfig: anything,
    scalingConfig: anything,
    customDomain: anything,
    supplement: anything,
    buildDir: anything,
  };
}

/** 0.35 / 0.05 is 6.999…: compared with a tolerance. */
function isMultiple(value: number, step: number): boolean {
  const steps = value / step;
  return Math.abs(steps - Math.round(steps)) < 1e-6;
}
