/** Every setting of the product: one strict schema, so that a typo is told, with the texts that --help and the README print. */
import { z } from 'zod';
import { corsRule, lifecycleRule, whole } from './bucket-settings.ts';
import { nearestKey } from './nearest-key.ts';

/** Made when a setting needs it: most stacks set few, and all of them together would cost the start. */
function later<Schema extends z.ZodType>(make: () => Schema) {
  return z.lazy(make);
}

const policyDocument = later(() =>
  z.looseObject({ Version: z.literal('1'), Statement: z.array(z.looseObject({})).min(1) }),
);

const positive = z.number().int().min(1);
const accountId = z.string().regex(/^\d{6,20}$/, 'is no account id (digits)');

const latency = later(() =>
  z.strictObject({
    p50: z.number().positive().describe('Median in ms'),
    p99: z.number().positive().describe('99th percentile in ms'),
  }),
);

/** A fresh MinIO's own. */
const MINIO_DEFAULTS = { endpoint: 'http://127.0.0.1:9000', accessKey: 'minioadmin', secretKey: 'minioadmin' };

const storeSchema = z
  .strictObject({
    kind: z.enum(['embedded', 'minio']).optional(),
    endpoint: z
      .string()
      // A path below it, or keys before it, would be passed over.
      .refine((text) => /^https?:$/.test(protocolOf(text)) && new URL(text).href === `${new URL(text).origin}/`, {
        error: 'is no address like http://HOST:PORT',
      })
      .transform((text) => new URL(text).origin)
      .optional(),
    accessKey: z.string().min(1).optional(),
    secretKey: z.string().min(1).optional(),
  })
  .transform(({ kind = 'embedded', ...given }) => {
    if (kind === 'embedded') return { kind };
    const { endpoint, accessKey, secretKey } = MINIO_DEFAULTS;
    return {
      kind,
      endpoint: given.endpoint ?? endpoint,
      accessKey: given.accessKey ?? accessKey,
      secretKey: given.secretKey ?? secretKey,
    };
  });

function protocolOf(text: string): string {
  return URL.canParse(text) ? new URL(text).protocol : '';
}

export const configSchema = z.strictObject({
  host: z.string().min(1).default('127.0.0.1').describe('Address to listen on'),
  port: whole(z.number().int().min(0).max(65535)).default(9580).describe('Gateway port; 0 picks a free one'),
  dataDir: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Keeps state between runs; absent: `.localyun` for the command line, a temporary folder for `startStack`',
    ),
  store: storeSchema
    .prefault({})
    .describe('Where objects lie: `kind` is embedded or minio, which has `endpoint`, `accessKey` and `secretKey`'),
  auth: z
    .enum(['enforce', 'log', 'off'])
    .default('enforce')
    .describe('What a bad signature or a missing permission does'),
  coldStart: z
    .strictObject({
      mode: z.enum(['cloud', 'off']).default('cloud').describe("Adds the cloud's delay to a cold start, or not"),
      distribution: z.record(z.string(), latency).default({}).describe('Overrides p50 and p99 per runtime family'),
    })
    .prefault({})
    .describe('How long a cold start takes'),
  seed: whole(z.number().int())
    .default(1)
    .describe('Seed of everything drawn by chance, so that a run can be repeated'),
  clock: z.enum(['real', 'virtual']).default('real').describe('Virtual time moves only on command'),
  watch: z.boolean().default(true).describe('Takes up code and templates when they are saved'),
  logLevel: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Least important line that is logged'),
  region: z
    .string()
    .regex(/^[a-z]{2}-[a-z0-9-]+$/, 'is no region id such as cn-beijing')
    .default('cn-beijing')
    .describe('Region of everything'),
  accountId: accountId.default('1234567890123456').describe('Account of everything'),
  accessKeys: z
    .array(
      later(() =>
        z.strictObject({
          accessKeyId: z.string().min(1),
          accessKeySecret: z.string().min(1),
          accountId: accountId.optional().describe('The account it belongs to, if it is another one'),
        }),
      ),
    )
    .min(1)
    .default([{ accessKeyId: 'LTAI5tLocalYunDefaultKey', accessKeySecret: 'LocalYunDefaultSecret0000000000' }])
    .describe('AccessKeys, of the account and of others'),
  templates: z.array(z.string().min(1)).default([]).describe('s.yaml files to deploy'),
  buckets: z
    .array(
      later(() =>
        z.strictObject({
          name: z.string().min(1),
          acl: z.enum(['private', 'public-read', 'public-read-write']).default('private'),
          versioning: z
            .enum(['Enabled', 'Suspended'])
            .optional()
            .describe('Whether it keeps what is overwritten or deleted'),
          cors: z.array(later(corsRule)).optional().describe('Which pages of other origins may call it'),
          lifecycle: z
            .array(later(lifecycleRule))
            .optional()
            .describe('When its objects expire or move to a colder class'),
          seed: z.string().min(1).optional().describe('Folder whose files it has when it is new'),
        }),
      ),
    )
    .default([])
    .describe('Buckets that are there from the start'),
  roles: z
    .array(
      later(() =>
        z.strictObject({
          name: z.string().min(1).max(64),
          assumeRolePolicyDocument: policyDocument,
          policies: z.array(z.string().min(1)).default([]).describe('Names of policies attached to it'),
          maxSessionDuration: z.number().int().min(3600).max(43200).default(3600),
        }),
      ),
    )
    .default([])
    .describe('RAM roles'),
  policies: z
    .array(later(() => z.strictObject({ name: z.string().min(1), document: policyDocument })))
    .default([])
    .describe('RAM policies that roles may name'),
  eventBuses: z
    .array(
      later(() =>
        z.strictObject({
          name: z.string().min(1),
          description: z.string().optional(),
          rules: z
            .array(
              z.strictObject({
                name: z.string().min(1),
                description: z.string().optional(),
                filterPattern: z.union([z.string(), z.looseObject({})]),
                status: z.enum(['ENABLE', 'DISABLE']).optional(),
                targets: z.array(z.looseObject({})).default([]).describe('As PutTargets takes them'),
              }),
            )
            .default([]),
        }),
      ),
    )
    .default([])
    .describe('Event buses with their rules and targets; rules may be added to `default`'),
  eventShape: z
    .enum(['documented', 'article'])
    .default('documented')
    .describe('article adds data.bucket and data.object to OSS events, beside the documented data.oss'),
  limits: z
    .strictObject({
      instancesPerFunction: z
        .number()
        .int()
        .min(1)
        .max(300)
        .default(10)
        .describe('Instances of one function at a time'),
      idleReclaimMs: z
        .number()
        .int()
        .min(1000)
        .default(300_000)
        .describe('An idle instance is reclaimed after this long'),
      eventBuses: positive.default(50).describe('Custom event buses'),
      eventRulesPerBus: positive.default(50).describe('Rules of one event bus'),
      eventTargetsPerRule: positive.default(5).describe('Targets of one event rule'),
      eventStreamings: positive.default(50).describe('Event streamings'),
      eventsPerSecond: positive.default(3000).describe('Events a custom bus takes in a second'),
      defaultBusEventsPerSecond: positive.default(10_000).describe('The same of the bus `default`'),
    })
    .prefault({})
    .describe('What a small machine should bear'),
  callbackPublicKeyUrl: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('What upload callbacks name as the address of their public key; absent: where this stack serves it'),
  retryTimeScale: z
    .number()
    .positive()
    .max(1)
    .default(1)
    .describe('Multiplies the waits between retries: 0.01 turns 10 s into 0.1 s'),
});

export type Config = z.output<typeof configSchema>;
export type ConfigInput = z.input<typeof configSchema>;

/** Keys of the outer contract that this version refuses by name instead of calling them unknown. */
const NOT_SERVED_YET = ['queues', 'topics'];

export type ConfigAnswer = { ok: true; config: Config } | { ok: false; problems: string[] };

/** Parses settings that came from `source` (a file name, or "options"); problems are whole sentences. */
export function parseConfig(input: unknown, source: string): ConfigAnswer {
  // Compiling a parser pays for itself only where it is used again.
  const parsed = configSchema.safeParse(input ?? {}, { jitless: true });
  if (parsed.success) return { ok: true, config: Object.freeze(parsed.data) };
  return { ok: false, problems: parsed.error.issues.flatMap((issue) => describe(issue, source)) };
}

function describe(issue: z.core.$ZodIssue, source: string): string[] {
  const where = issue.path.join('.');
  if (issue.code !== 'unrecognized_keys') return [`${source}: ${where || 'the file'} is not valid: ${issue.message}.`];
  return issue.keys.map((key) => {
    const at = where ? `${where}.${key}` : key;
    if (!where && NOT_SERVED_YET.includes(key)) return `${source}: ${at} is not served by this version of LocalYun.`;
    const near = nearestKey(key, keysAt(issue.path));
    return `${source}: unknown setting ${at}${near ? `; did you mean ${near}?` : '.'}`;
  });
}

function keysAt(path: readonly PropertyKey[]): string[] {
  let schema: z.ZodType | undefined = configSchema;
  for (const step of path) {
    schema = unwrap(schema);
    if (schema instanceof z.ZodArray) schema = schema.element as z.ZodType;
    else if (schema instanceof z.ZodObject) schema = schema.shape[String(step)];
    else return [];
  }
  const object = unwrap(schema);
  return object instanceof z.ZodObject ? Object.keys(object.shape) : [];
}

function unwrap(schema: z.ZodType | undefined): z.ZodType | undefined {
  let inner = schema;
  for (;;) {
    if (inner instanceof z.ZodPipe) inner = inner.in as z.ZodType;
    else if (isWrapper(inner)) inner = inner.unwrap() as z.ZodType;
    else break;
  }
  return inner;
}

function isWrapper(schema: z.ZodType | undefined) {
  return (
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodLazy
  );
}
