/** `localyun start`: starts the stack, says where everything is, and stops it cleanly on a signal. */
import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { ConfigInput } from '../kernel/config.ts';
import { isDatabaseDamage } from '../kernel/database.ts';
import { isDiskError } from '../kernel/disk-error.ts';
import type { RunningStack } from '../stack.ts';
import { startRooms } from '../stack.ts';
import { banner } from './banner.ts';
import { type CommandContext, CommandError } from './command.ts';
import { loadOptions, type Options, OptionsError } from './options.ts';
import { reloadLines } from './reload-lines.ts';
import { isAlive, readRunFile, removeRunFile, STATE_FOLDER, writeRunFile } from './run-file.ts';

export interface StartFlags {
  template?: string[] | undefined;
  config?: string | undefined;
  ephemeral?: boolean | undefined;
  json?: boolean | undefined;
  settings: ConfigInput;
}

export interface Process {
  pid: number;
  /** Host ms since the process began. */
  uptimeMs(): number;
}

/** Resolves when the stack has stopped after `context.signal`. */
export async function start(context: CommandContext, self: Process, flags: StartFlags): Promise<void> {
  const options = load(context, flags);
  refuseSecond(context, options);
  const stack = await startOrExplain(context, options, flags);
  const { config } = stack;
  const [key] = config.accessKeys;
  if (!key) throw new CommandError('The settings name no AccessKey.', 2);
  const { accessKeyId, accessKeySecret } = key;
  const { region, accountId } = config;
  const run = { endpoint: stack.endpoint, region, accountId, accessKeyId, accessKeySecret, pid: self.pid };
  // Another stack's entry stays: `status` and `stop` go on meaning the first one here.
  if (!readRunFile(context.cwd)) writeRunFile(context.cwd, run);
  try {
    const startupMs = Math.round(self.uptimeMs());
    if (flags.json) context.out.write(`${JSON.stringify({ ready: true, ...run, startupMs })}\n`);
    else context.out.write(banner(stack, { startupMs, isTTY: context.out.isTTY === true }));
    await aborted(context.signal);
    if (!flags.json) context.out.write('\nStopping: running calls get up to 5 s.\n');
  } finally {
    removeRunFile(context.cwd, self.pid);
    await stack.close();
  }
}

function load(context: CommandContext, flags: StartFlags): Options {
  const options = loadOptions({ template: flags.template, config: flags.config, settings: flags.settings }, context);
  if (flags.ephemeral) return { ...options, config: { ...options.config, dataDir: undefined } };
  return {
    ...options,
    config: { ...options.config, dataDir: resolve(context.cwd, options.config.dataDir ?? STATE_FOLDER) },
  };
}

/** Two stacks on one folder would both deliver what lies in it. */
function refuseSecond(context: CommandContext, { config }: Options): void {
  const run = readRunFile(context.cwd);
  if (!run || config.dataDir === undefined || !isAlive(run.pid)) return;
  throw new CommandError(
    `LocalYun already runs from this folder at ${run.endpoint} (pid ${run.pid}). Stop it with \`localyun stop\`, or start this one from another folder, or with --ephemeral.`,
    2,
  );
}

async function startOrExplain(context: CommandContext, options: Options, flags: StartFlags): Promise<RunningStack> {
  const { host, port } = options.config;
  try {
    return await startRooms({
      options,
      log: { out: context.err as import('node:stream').Writable, format: context.err.isTTY ? 'human' : 'json' },
      // With --json the one line of standard output is taken, and the log tells it.
      onReload: flags.json ? undefined : (reload) => void context.out.write(reloadLines(reload)),
      // A young generation that grows no more keeps the idle process some 10 MiB smaller. While modules load it may, and under
      // load: fewer collections, each of which copies what belongs to the calls under way, save a tenth of the time.
      onPrepared: () => letYoungGenerationGrow(false),
      onLoad: letYoungGenerationGrow,
    });
  } catch (error) {
    if (error instanceof OptionsError) throw error;
    const problem = stateProblem(error, options.config.dataDir);
    if (problem) throw new CommandError(problem, 2, { cause: error });
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE')
      throw new CommandError(
        `Port ${port} on ${host} is in use. Free it, or take another with --port (0 picks a free one).`,
        2,
        { cause: error },
      );
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
      throw new CommandError(`Can't listen on ${host}:${port} (${String(code)}).`, 2, { cause: error });
    throw error;
  }
}

/** What lies in the state folder, or may not be written there, is no bug of ours. */
function stateProblem(error: unknown, dataDir: string | undefined): string | undefined {
  if (!(error instanceof Error) || dataDir === undefined) return undefined;
  const path = 'path' in error ? String(error.path) : '';
  if (!isDatabaseDamage(error) && !path.startsWith(dataDir) && !isDiskError(error)) return undefined;
  return `The state in ${dataDir} can't be used: ${error.message.replace(/\.$/, '')}. Mend or remove it, or name another folder with --data-dir.`;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) =>
    signal.aborted ? done() : signal.addEventListener('abort', () => done(), { once: true }),
  );
}

function letYoungGenerationGrow(isGrowing: boolean): void {
  setFlagsFromString(`--semi-space-growth-factor=${isGrowing ? 2 : 1}`);
}
