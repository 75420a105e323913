/** What `localyun start` shows when it is ready: where everything is, and what to type next. */
import type { RunningStack } from '../stack.ts';

export function banner(stack: RunningStack, { startupMs, isTTY }: { startupMs: number; isTTY: boolean }): string {
  const { config } = stack;
  const bold = (text: string) => (isTTY ? `\x1b[1m${text}\x1b[0m` : text);
  const rows: [string, string][] = [
    ['endpoint', stack.endpoint],
    ['account', `${config.accountId} in ${config.region}`],
    ...config.accessKeys.map(({ accessKeyId, accessKeySecret }): [string, string] => [
      'AccessKey',
      `${accessKeyId} / ${accessKeySecret}`,
    ]),
    ['buckets', stack.buckets().join(', ') || 'none yet'],
    ...stack
      .functions()
      .map((one): [string, string] => [
        'function',
        `${one.functionName} (${one.runtime}, ${one.handler}, ${one.memoryMB} MB) in ${one.codeFolder}`,
      ]),
    ...stack
      .functions()
      .flatMap(({ functionName, triggers }) =>
        triggers.map(({ triggerName, triggerType }): [string, string] => [
          'trigger',
          `${triggerName} (${triggerType}) → ${functionName}`,
        ]),
      ),
    ['cold starts', config.coldStart.mode === 'cloud' ? `like the cloud's (seed ${config.seed})` : 'off'],
    ['state', stack.isTemporary ? `${stack.dataDir} (temporary)` : stack.dataDir],
  ];
  const lines = rows.map(
    ([name, value], index) => `  ${(rows[index - 1]?.[0] === name ? '' : name).padEnd(12)} ${value}`,
  );
  const warnings = stack.warnings.map((warning) => `  warning      ${warning}`);
  return `${[`${bold('LocalYun is ready')} (${startupMs} ms)`, ...lines, ...warnings, '', ...next(stack)].join('\n')}\n`;
}

function next(stack: RunningStack): string[] {
  const [first] = stack.functions();
  return [
    '  Next, in another terminal:',
    ...(stack.buckets().includes('upload-images')
      ? ['    npm run sample                         upload a photo, see what became of it']
      : []),
    '    eval "$(npx localyun env)"             point SDKs and tools here',
    ...(first ? [`    npx localyun invoke ${`${first.functionName} -f event.json`.padEnd(18)} call a function`] : []),
    '  Ctrl+C stops it.',
    '',
  ];
}
