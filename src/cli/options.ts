/** Settings in layers: flags > environment > localyun.yaml > s.yaml > defaults. The only reader of process.env. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseDocument, visit } from 'yaml';
import { type Config, type ConfigInput, parseConfig } from '../kernel/config.ts';
import { readExact } from '../kernel/exact-json.ts';
import { nearestKey } from '../kernel/nearest-key.ts';

/** What the caller set by hand; undefined leaves the decision to the layers below. */
export interface Flags {
  /** s.yaml files. */
  template?: string[] | undefined;
  /** A localyun.yaml. */
  config?: string | undefined;
  /** Single settings, as `localyun.yaml` has them. */
  settings?: ConfigInput | undefined;
}

export interface Surroundings {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
}

export interface Template {
  /** Absolute. */
  path: string;
  text: string;
}

export interface Options {
  config: Config;
  templates: Template[];
  /** The localyun.yaml that was read, absolute. */
  configPath: string | undefined;
  /** A value of the surroundings, for `${env(...)}` in templates. */
  env(name: string): string | undefined;
}

/** A setting that can't be used: one clear sentence a problem. The command line ends with exit code 2 on it. */
export class OptionsError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(problems.join('\n'), options);
    this.name = 'OptionsError';
    this.problems = problems;
  }
}

const CONFIG_FILE = 'localyun.yaml';
const TEMPLATE_FILE = 's.yaml';

/** Environment variables that set something, with where they put it. */
export const ENVIRONMENT: Readonly<Record<string, (value: string) => ConfigInput>> = {
  LOCALYUN_HOST: (host) => ({ host }),
  LOCALYUN_PORT: (port) => ({ port }),
  LOCALYUN_DATA_DIR: (dataDir) => ({ dataDir }),
  LOCALYUN_STORE: (kind) => ({ store: { kind: kind as 'minio' } }),
  LOCALYUN_MINIO_ENDPOINT: (endpoint) => ({ store: { endpoint } }),
  LOCALYUN_MINIO_ACCESS_KEY: (accessKey) => ({ store: { accessKey } }),
  LOCALYUN_MINIO_SECRET_KEY: (secretKey) => ({ store: { secretKey } }),
  LOCALYUN_AUTH: (auth) => ({ auth: auth as 'enforce' }),
  LOCALYUN_REGION: (region) => ({ region }),
  LOCALYUN_ACCOUNT_ID: (accountId) => ({ accountId }),
  LOCALYUN_COLD_START: (mode) => ({ coldStart: { mode: mode as 'off' } }),
  LOCALYUN_SEED: (seed) => ({ seed }),
  LOCALYUN_LOG_LEVEL: (logLevel) => ({ logLevel: logLevel as 'info' }),
};

/** Variables of ours that are no setting of one key: the AccessKey's two halves, and where the commands find a stack. */
const OTHER_VARIABLES = ['LOCALYUN_ACCESS_KEY_ID', 'LOCALYUN_ACCESS_KEY_SECRET', 'LOCALYUN_ENDPOINT'];
const PREFIX = 'LOCALYUN_';

/** Reads and merges every layer; throws an OptionsError that names each problem. */
export function loadOptions(flags: Flags, { cwd, env }: Surroundings): Options {
  const named = flags.template?.length ? flags.template : (flags.settings?.templates ?? flags.template);
  const flagTemplates = named ?? (existsSync(join(cwd, TEMPLATE_FILE)) ? [TEMPLATE_FILE] : []);
  const configPath = findConfig(flags, flagTemplates, cwd);
  const file = configPath === undefined ? {} : readYaml(configPath);
  const fromFile = check(file, configPath ?? CONFIG_FILE);
  const fileFolder = configPath === undefined ? cwd : dirname(configPath);

  const paths =
    'templates' in file && !named?.length
      ? fromFile.templates.map((path) => resolve(fileFolder, path))
      : flagTemplates.map((path) => resolve(cwd, path));
  const templates = paths.map((path) => ({ path, text: readText(path, 'template') }));

  refuseUnknownVariables(env, templates);
  const fromEnvironment = merge(keysFromEnvironment(env), environmentSettings(env));
  check(fromEnvironment, 'environment (LOCALYUN_…)');
  const merged = merge(
    templateSettings(templates),
    inFolder(fileFolder, file),
    inFolder(cwd, fromEnvironment),
    inFolder(cwd, flags.settings ?? {}),
  );
  refuseIdleStore(merged.store);
  const config = check({ ...merged, templates: paths }, 'options');
  return { config, templates, configPath, env: (name) => env[name] };
}

/** Where nobody says which store it is, what is told of another one than the default would be passed over. */
function refuseIdleStore(store: unknown): void {
  const told = Object.entries(Object(store)).filter(([, value]) => value !== undefined);
  const [[name] = []] = told;
  if (name !== undefined && !told.some(([key]) => key === 'kind'))
    throw new OptionsError([
      `options: store.${name} is for MinIO, and objects lie in the embedded store; add --store minio.`,
    ]);
}

/** A relative data directory or seed folder lies beside what names it, as templates do. */
function inFolder(folder: string, settings: object): object {
  const placed: Record<string, unknown> = { ...settings };
  const { dataDir, buckets } = placed;
  if (typeof dataDir === 'string' && dataDir !== '') placed.dataDir = resolve(folder, dataDir);
  if (Array.isArray(buckets)) placed.buckets = buckets.map((bucket: unknown) => withSeed(folder, bucket));
  return placed;
}

function withSeed(folder: string, bucket: unknown): unknown {
  if (!isPlain(bucket) || typeof bucket.seed !== 'string' || bucket.seed === '') return bucket;
  return { ...bucket, seed: resolve(folder, bucket.seed) };
}

function findConfig(flags: Flags, templates: readonly string[], cwd: string): string | undefined {
  if (flags.config !== undefined) return resolve(cwd, flags.config);
  const [first] = templates;
  const beside = first === undefined ? [] : [join(dirname(resolve(cwd, first)), CONFIG_FILE)];
  return [...beside, join(cwd, CONFIG_FILE)].find((path) => existsSync(path));
}

function check(input: unknown, source: string): Config {
  const answer = parseConfig(input, source);
  if (!answer.ok) throw new OptionsError(answer.problems);
  return answer.config;
}

function readText(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new OptionsError(
      [`The ${what} ${path} can't be read (${code === 'ENOENT' ? 'there is no such file' : code}).`],
      { cause: error },
    );
  }
}

function readYaml(path: string): Record<string, unknown> {
  const content = parseYaml(readText(path, 'configuration'), path) ?? {};
  if (typeof content !== 'object' || Array.isArray(content))
    throw new OptionsError([
      `${path} must hold settings (key: value), not a ${Array.isArray(content) ? 'list' : typeof content}.`,
    ]);
  // `store: minio` is short for its kind.
  return 'store' in content && typeof content.store === 'string'
    ? { ...content, store: { kind: content.store } }
    : (content as Record<string, unknown>);
}

function parseYaml(text: string, path: string): unknown {
  try {
    const document = parseDocument(text);
    const [problem] = document.errors;
    if (problem) throw problem;
    // Patterns of rules may ask for ids of 19 digits.
    visit(document, {
      Scalar(_key, scalar) {
        if (typeof scalar.value === 'number' && /^-?[1-9]\d{15,}$/.test(scalar.source ?? ''))
          scalar.value = readExact(scalar.source ?? '');
      },
    });
    // Aliases are followed only here: one of nothing, or a bomb of them, is found only now.
    return document.toJS();
  } catch (cause) {
    const [reason] = cause instanceof Error ? cause.message.split('\n') : [];
    throw new OptionsError([`${path} is not valid YAML: ${reason}`], { cause });
  }
}

/** Deploying to another region than the template's would change every ARN, so its region counts unless told otherwise. */
function templateSettings(templates: readonly Template[]): ConfigInput {
  for (const { text } of templates) {
    const region = /^\s+region:\s*["']?([a-z]{2}-[a-z0-9-]+)["']?\s*(#.*)?$/m.exec(text)?.[1];
    if (region) return { region };
  }
  return {};
}

function environmentSettings(env: Surroundings['env']): ConfigInput {
  const layers = Object.entries(ENVIRONMENT).map(([name, setting]) => (env[name] ? setting(env[name]) : {}));
  return merge(...layers) as ConfigInput;
}

/** A setting that was mistyped would be ignored in silence. What a template reads by `${env(…)}` is the user's own. */
function refuseUnknownVariables(env: Surroundings['env'], templates: readonly Template[]): void {
  const known = [...Object.keys(ENVIRONMENT), ...OTHER_VARIABLES];
  const unknown = Object.keys(env).filter(
    (name) => name.startsWith(PREFIX) && !known.includes(name) && !templates.some(({ text }) => text.includes(name)),
  );
  if (unknown.length === 0) return;
  const short = known.map((name) => name.slice(PREFIX.length));
  throw new OptionsError(
    unknown.map((name) => {
      const near = nearestKey(name.slice(PREFIX.length), short);
      return `environment: unknown variable ${name}${near ? `; did you mean ${PREFIX}${near}?` : `; there are ${known.join(', ')}.`}`;
    }),
  );
}

function keysFromEnvironment(env: Surroundings['env']): ConfigInput {
  const { LOCALYUN_ACCESS_KEY_ID: accessKeyId, LOCALYUN_ACCESS_KEY_SECRET: accessKeySecret } = env;
  if (!accessKeyId && !accessKeySecret) return {};
  if (!accessKeyId || !accessKeySecret)
    throw new OptionsError([
      'LOCALYUN_ACCESS_KEY_ID and LOCALYUN_ACCESS_KEY_SECRET go together; one of them is missing.',
    ]);
  return { accessKeys: [{ accessKeyId, accessKeySecret }] };
}

/** Later layers win; plain objects are merged key by key, lists are replaced whole. */
function merge(...layers: readonly object[]): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const layer of layers)
    for (const [key, value] of Object.entries(layer)) {
      if (value === undefined) continue;
      const earlier = result[key];
      result[key] = isPlain(earlier) && isPlain(value) ? merge(earlier, value) : value;
    }
  return result;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
