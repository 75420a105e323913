/** `localyun wait ready|settled`: blocks until it is so; exit code 1 when the time is up. */
import type { Clock } from '../kernel/clock.ts';
import { parseDuration } from '../kernel/duration.ts';
import { type CommandContext, CommandError, callAdmin, findStack } from './command.ts';

const LOOK_EVERY_MS = 50;
/** One call of the admin API waits at most this long. */
const ASK_MS_MAX = 600_000;

export interface WaitOptions {
  what: 'ready' | 'settled';
  /** As people write durations: 30s. */
  timeout: string;
}

export async function wait(context: CommandContext, clock: Clock, { what, timeout }: WaitOptions): Promise<void> {
  const untilMs = clock.monotonicMs() + parseDuration(timeout);
  await waitReady(context, clock, untilMs, timeout);
  if (what === 'ready') return void context.out.write('ready\n');
  const busy = await waitSettled(context, clock, untilMs);
  if (busy) throw new CommandError(`Not settled after ${timeout}; still under way: ${busy.join('; ')}.`);
  context.out.write('settled\n');
}

/** What is still under way when the time is up; undefined when nothing is. */
async function waitSettled(context: CommandContext, clock: Clock, untilMs: number): Promise<string[] | undefined> {
  for (;;) {
    const leftMs = Math.max(0, Math.round(untilMs - clock.monotonicMs()));
    const timeoutMs = Math.min(leftMs, ASK_MS_MAX);
    const { status, body } = await callAdmin(findStack(context), `settled?timeoutMs=${timeoutMs}`, {
      signal: context.signal,
      expected: [408],
    });
    if (status !== 408) return undefined;
    if (timeoutMs === leftMs) return (body as { busy: string[] }).busy;
  }
}

async function waitReady(context: CommandContext, clock: Clock, untilMs: number, timeout: string): Promise<void> {
  for (;;) {
    try {
      await callAdmin(findStack(context), 'health', { signal: context.signal });
      return;
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      if (clock.monotonicMs() > untilMs)
        throw new CommandError(`Not ready after ${timeout}. ${error.message}`, 1, { cause: error });
    }
    await clock.sleep(LOOK_EVERY_MS, context.signal);
  }
}
