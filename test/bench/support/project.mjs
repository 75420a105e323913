// Writes a small project to deploy: one s.yaml, its localyun.yaml with further `settings`, and a folder a function.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { temporaryFolder } from './processes.mjs';

/** `functions`: name → { code, triggers? }; answers the template's path and where each function's code lies. */
export function writeProject({ functions, buckets = [], settings = {} }) {
  const folder = temporaryFolder();
  const resources = {};
  const codeFiles = {};
  for (const [functionName, { code, triggers = [] }] of Object.entries(functions)) {
    codeFiles[functionName] = path.join(folder, functionName, 'index.mjs');
    mkdirSync(path.dirname(codeFiles[functionName]), { recursive: true });
    writeFileSync(codeFiles[functionName], code);
    const props = {
      region: 'cn-beijing',
      functionName,
      runtime: 'nodejs20',
      handler: 'index.handler',
      memorySize: 256,
    };
    resources[functionName] = { component: 'fc3', props: { ...props, code: `./${functionName}`, triggers } };
  }
  const template = path.join(folder, 's.yaml');
  writeFileSync(template, stringify({ edition: '3.0.0', name: 'bench', access: 'default', resources }));
  writeFileSync(
    path.join(folder, 'localyun.yaml'),
    stringify({ buckets: buckets.map((name) => ({ name })), ...settings }),
  );
  return { template, codeFiles };
}

/** An EventBridge trigger on what is put into one bucket. */
export function uploadTrigger(bucket, { isAsync }) {
  const pattern = {
    source: ['acs.oss'],
    type: ['oss:ObjectCreated:PutObject'],
    data: { oss: { bucket: { name: [bucket] } } },
  };
  return {
    triggerName: `on-${bucket}`,
    triggerType: 'eventbridge',
    triggerConfig: {
      triggerEnable: true,
      asyncInvocationType: isAsync,
      eventRuleFilterPattern: JSON.stringify(pattern),
      eventSourceConfig: { eventSourceType: 'Default' },
    },
  };
}
