/** bin `localyun`: picks the command; the only process.exit. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { type CommandContext, CommandError } from './cli/command.ts';
import { SHELLS, type Shell } from './cli/env.ts';
import type { EventFilters } from './cli/events.ts';
import { OptionsError } from './cli/options.ts';
import { createClock } from './kernel/clock.ts';
import type { ConfigInput } from './kernel/config.ts';
import { createIds } from './kernel/ids.ts';
import { VERSION } from './kernel/version.ts';

const USAGE_ERROR = 2;
const INTERRUPTED = 130;

const stopping = new AbortController();
const context: CommandContext = {
  cwd: process.cwd(),
  env: process.env,
  out: process.stdout,
  err: process.stderr,
  signal: stopping.signal,
};

for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.on(name, () => {
    if (stopping.signal.aborted) process.exit(INTERRUPTED);
    stopping.abort(new Error(name));
  });

// Whoever read the output has left (`| head`): that ends a command as a signal does.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    stopping.abort(error);
  });

program()
  .parseAsync()
  .then(
    () => process.exit(0),
    (error: unknown) => process.exit(explain(error)),
  );

function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_ERROR;
  if (error instanceof OptionsError) {
    for (const problem of error.problems) process.stderr.write(`localyun: ${problem}\n`);
    return USAGE_ERROR;
  }
  if (error instanceof CommandError) {
    process.stderr.write(`localyun: ${error.message}\n`);
    return error.exitCode;
  }
  if (error instanceof RangeError) {
    process.stderr.write(`localyun: ${error.message}.\n`);
    return USAGE_ERROR;
  }
  process.stderr.write(
    `localyun: this is a bug in LocalYun: ${error instanceof Error ? error.stack : String(error)}\n`,
  );
  return 1;
}

function program(): Command {
  const cli = new Command('localyun');
  cli
    .description("Alibaba Cloud's serverless stack on one machine.")
    .version(VERSION)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true });
  addStart(cli);
  addInvoke(cli);
  addEvents(cli);
  cli
    .command('status')
    .description('is a stack running, and what does it serve')
    .action(async () => (await import('./cli/status.ts')).status(context));
  cli
    .command('stop')
    .description('stop the stack that was started from this folder')
    .action(async () => (await import('./cli/stop.ts')).stop(context, createClock()));
  cli
    .command('env')
    .description('print the environment that points SDKs and tools here')
    .addOption(new Option('--shell <shell>', 'whose syntax').choices(SHELLS).default('bash'))
    .action(async ({ shell }: { shell: Shell }) => (await import('./cli/env.ts')).env(context, shell));
  cli
    .command('wait')
    .description('block until the stack is ready, or nothing is in flight any more')
    .argument('<what>', 'ready or settled', oneOf('ready', 'settled'))
    .option('--timeout <duration>', 'how long at most', '30s')
    .action(async (what: 'ready' | 'settled', { timeout }: { timeout: string }) =>
      (await import('./cli/wait.ts')).wait(context, createClock(), { what, timeout }),
    );
  return cli;
}

function addStart(cli: Command): void {
  cli
    .command('start')
    .description('start the stack')
    .option('--template <path...>', 's.yaml files to deploy')
    .option('--config <path>', 'a localyun.yaml')
    .option('--host <address>', 'address to listen on')
    .option('--port <number>', 'gateway port; 0 picks a free one')
    .addOption(new Option('--data-dir <folder>', 'keeps state between runs').conflicts('ephemeral'))
    .option('--ephemeral', 'keep no state: a temporary folder, not synced to disk')
    .option('--store <store>', 'where objects lie: embedded, or minio')
    .option('--minio-endpoint <url>', 'where MinIO is: http://HOST:PORT')
    .option('--minio-access-key <key>', 'its access key')
    .option('--minio-secret-key <key>', 'its secret key; LOCALYUN_MINIO_SECRET_KEY hides it from `ps`')
    .option('--auth <mode>', 'enforce, log or off')
    .option('--cold-start <mode>', 'cloud or off')
    .option('--seed <number>', 'seed of everything drawn by chance')
    .option('--clock <mode>', 'real or virtual')
    .option('--log-level <level>', 'debug, info, warn, error or silent')
    .option('--no-watch', "don't take up code and templates when they are saved")
    .option('--json', 'print one JSON line when ready; logs go to stderr')
    .action(async (flags: Record<string, unknown>) => {
      const { template, config, ephemeral, json, ...rest } = flags;
      await (await import('./cli/start.ts')).start(
        context,
        { pid: process.pid, uptimeMs: () => process.uptime() * 1000 },
        {
          template: template as string[] | undefined,
          config: config as string | undefined,
          ephemeral: ephemeral === true,
          json: json === true,
          settings: startSettings(rest),
        },
      );
    });
}

/** Flags in the names of `localyun.yaml`; what was not given stays undefined, so that the layers below decide. */
function startSettings({ coldStart, watch, ...given }: Record<string, unknown>): ConfigInput {
  const { store: kind, minioEndpoint: endpoint, minioAccessKey: accessKey, minioSecretKey: secretKey, ...same } = given;
  return {
    ...same,
    store: { kind, endpoint, accessKey, secretKey } as ConfigInput['store'],
    ...(coldStart === undefined ? {} : { coldStart: { mode: coldStart } }),
    ...(watch === false ? { watch } : {}),
  } as ConfigInput;
}

function addInvoke(cli: Command): void {
  cli
    .command('invoke')
    .description('call a function')
    .argument('<function>', 'its name')
    .addOption(new Option('-e, --event <json>', 'the event').conflicts('file'))
    .option('-f, --file <path>', 'a file that holds the event')
    .option('--async', 'queue it and return')
    .option('--trace', 'show phases, duration and memory')
    .action(
      async (functionName: string, flags: { event?: string; file?: string; async?: boolean; trace?: boolean }) => {
        const clock = createClock();
        await (await import('./cli/invoke.ts')).invoke(
          context,
          { clock, ids: createIds(clock) },
          {
            functionName,
            event: flags.event,
            eventFile: flags.file,
            isAsync: flags.async === true,
            showTrace: flags.trace === true,
          },
        );
      },
    );
}

function addEvents(cli: Command): void {
  const events = cli.command('events').description('what happened to events: which rules matched, which not and why');
  const filtered = (command: Command) =>
    command
      .option('--bus <name>', 'of this bus')
      .option('--source <source>', 'of this source: acs.oss')
      .option('--type <type>', 'of this type: oss:ObjectCreated:PutObject')
      .option('--subject <subject>', 'of this subject')
      .option('--since <time>', 'published since then: an ISO time, or 10m for ten minutes ago')
      .option('--until <time>', 'published before then')
      .option('--limit <number>', 'so many at most');
  const json = (command: Command) => command.option('--json', 'as JSON');
  const load = () => import('./cli/events.ts');
  json(filtered(events.command('list').description('events, the newest last'))).action(async (filters: EventFilters) =>
    (await load()).listEvents(context, createClock(), filters),
  );
  json(events.command('show').description('one event with its whole path').argument('<id>', 'its id'))
    .option('--bus <name>', 'as this bus has it: where it was forwarded to, or is a dead letter')
    .action(async (id: string, flags: { json?: boolean; bus?: string }) =>
      (await load()).showEvent(context, id, flags),
    );
  json(filtered(events.command('tail').description('events as they happen'))).action(async (filters: EventFilters) =>
    (await load()).tailEvents(context, createClock(), filters),
  );
  filtered(
    events.command('replay').description('publish an event, or those of a time, again').argument('[id]', 'its id'),
  )
    .option('--rule <name>', 'to this rule alone')
    .action(async (id: string | undefined, filters: EventFilters & { rule?: string }) =>
      (await load()).replayEvents(context, createClock(), { ...filters, id }),
    );
}

function oneOf(...choices: string[]) {
  return (value: string): string => {
    if (!choices.includes(value)) throw new InvalidArgumentError(`Must be ${choices.join(' or ')}.`);
    return value;
  };
}
