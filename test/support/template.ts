/** Writes a project as a user has it: an s.yaml, its functions' code, a localyun.yaml. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from './temporary-folder.ts';

export interface FunctionPlan {
  /** Files of its code folder by name; the handler is `index.handler` unless `props` says otherwise. */
  code: Record<string, string>;
  /** Beside the defaults: timeout, memorySize, triggers, role … as `s.yaml` names them. */
  props?: Record<string, unknown>;
}

export interface ProjectPlan {
  functions: Record<string, FunctionPlan>;
  /** What `localyun.yaml` says. */
  settings?: Record<string, unknown>;
}

/** The folder of the project; its template is `s.yaml` in it. */
export function writeProject({ functions, settings }: ProjectPlan, folder = temporaryFolder()): string {
  const resources = Object.fromEntries(
    Object.entries(functions).map(([functionName, { props = {} }]) => [
      functionName,
      { component: 'fc3', props: { ...DEFAULTS, functionName, code: `./${functionName}`, ...props } },
    ]),
  );
  // JSON is YAML.
  const template = { edition: '3.0.0', name: 'test', access: 'default', resources };
  const files = {
    's.yaml': JSON.stringify(template, null, 2),
    ...(settings ? { 'localyun.yaml': JSON.stringify(settings, null, 2) } : {}),
  };
  writeFiles(folder, files);
  for (const [name, { code }] of Object.entries(functions)) writeFiles(join(folder, name), code);
  return folder;
}

export function writeFiles(folder: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

/** An eventbridge trigger for these events of one bucket, or of several. */
export function uploadTrigger(
  bucket: string | readonly string[],
  types: readonly string[] = CREATED,
): Record<string, unknown> {
  const pattern = { source: ['acs.oss'], type: types, data: { oss: { bucket: { name: [bucket].flat() } } } };
  return {
    triggerName: 'on-upload',
    triggerType: 'eventbridge',
    triggerConfig: {
      triggerEnable: true,
      asyncInvocationType: true,
      eventRuleFilterPattern: JSON.stringify(pattern),
      eventSourceConfig: { eventSourceType: 'Default' },
    },
  };
}

const CREATED = ['oss:ObjectCreated:PutObject', 'oss:ObjectCreated:CompleteMultipartUpload'];
const DEFAULTS = {
  region: 'cn-beijing',
  runtime: 'nodejs20',
  handler: 'index.handler',
  memorySize: 512,
  timeout: 10,
};
