/** Programmatic API: a whole stack for one test file, on a free port, with temporary state and no cold starts. */
import { loadOptions } from './cli/options.ts';
import type { ConfigInput } from './kernel/config.ts';
import { parseDuration } from './kernel/duration.ts';
import type { SettledAnswer } from './kernel/settled.ts';
import type { DenialLog } from './ports/access-decider.ts';
import type { EventHistory } from './ports/event-history.ts';
import type { InvocationJournal } from './ports/invocation-journal.ts';
import { startRooms } from './stack.ts';

export interface StartOptions extends ConfigInput {
  /** `s.yaml` files to deploy; relative to `cwd`. */
  template?: string | readonly string[];
  /** A `localyun.yaml`; absent, it is looked for beside the first template, then in `cwd`. */
  config?: string;
  /** Defaults to the process's. */
  cwd?: string;
  /** Where log lines go; standard error unless told. */
  log?: NodeJS.WritableStream;
}

export interface Stack {
  /** `http://127.0.0.1:PORT`. */
  endpoint: string;
  region: string;
  accountId: string;
  credentials: { accessKeyId: string; accessKeySecret: string };
  events: EventHistory;
  invocations: InvocationJournal;
  denials: DenialLog;
  /** What in the templates, as they were taken last, is not served, and what that means. */
  readonly warnings: readonly string[];
  clock: {
    now(): Date;
    /** `'1h'`, `'90s'` or milliseconds; resolves when all that fell due has settled. Switches to virtual time. */
    advance(by: string | number): Promise<void>;
    set(time: Date | string): void;
  };
  /** Resolves when nothing is in flight any more; rejects with what is after `timeoutMs`. */
  settled(timeoutMs?: number): Promise<SettledAnswer>;
  /** Everything (or those rooms) as after a first start with the same template. */
  reset(rooms?: readonly string[]): Promise<void>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export type { ConfigInput } from './kernel/config.ts';
export type { AccessDecision, Denial } from './ports/access-decider.ts';
export type { EventQuery, EventSummary, EventTrace } from './ports/event-history.ts';
export type { InvocationQuery, InvocationRecord } from './ports/invocation-journal.ts';

/** Starts a stack; `port` 0, temporary state and cold starts off unless told. Rejects with an OptionsError for unusable settings. */
export async function startStack(options: StartOptions = {}): Promise<Stack> {
  const { template, config: configFile, cwd = process.cwd(), log, ...settings } = options;
  const loaded = loadOptions(
    {
      template: template === undefined ? [] : [template].flat(),
      config: configFile,
      settings: { port: 0, watch: false, logLevel: 'warn', coldStart: { mode: 'off' }, ...settings },
    },
    { cwd, env: {} },
  );
  const out = (log ?? process.stderr) as import('node:stream').Writable;
  const stack = await startRooms({ options: loaded, log: { out, format: 'human' } });
  const { config } = stack;
  const [credentials] = config.accessKeys;
  if (!credentials) throw new Error('The settings name no AccessKey.');
  const close = () => stack.close();
  return {
    endpoint: stack.endpoint,
    region: config.region,
    accountId: config.accountId,
    credentials: { accessKeyId: credentials.accessKeyId, accessKeySecret: credentials.accessKeySecret },
    events: stack.events,
    invocations: stack.invocations,
    denials: stack.denials,
    get warnings() {
      return stack.warnings;
    },
    clock: {
      now: () => stack.clock.now(),
      async advance(by) {
        stack.clock.setMode('virtual');
        await stack.advanceTo(stack.clock.nowMs() + (typeof by === 'number' ? by : parseDuration(by)));
      },
      set: (time) => stack.clock.setNow(new Date(time).getTime()),
    },
    async settled(timeoutMs) {
      const answer = await stack.settled(timeoutMs);
      if (!answer.settled)
        throw new Error(`Not settled after ${answer.waitedMs} ms; still under way: ${answer.busy.join('; ')}`);
      return answer;
    },
    reset: (rooms) => stack.reset(rooms),
    close,
    [Symbol.asyncDispose]: close,
  };
}
