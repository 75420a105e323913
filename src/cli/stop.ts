/** `localyun stop`: ends the stack that was started from this folder, and waits until it is gone. */
import type { Clock } from '../kernel/clock.ts';
import { type CommandContext, CommandError, callAdmin } from './command.ts';
import { isAlive, readRunFile } from './run-file.ts';

const LOOK_EVERY_MS = 50;
/** The drain takes at most 5 s; what still lives well after that is cut. */
const PATIENCE_MS = 10_000;

export async function stop(context: CommandContext, clock: Clock): Promise<void> {
  const run = readRunFile(context.cwd);
  if (!run) throw new CommandError('No LocalYun was started from this folder (there is no live .localyun/run.json).');
  // After a crash the number may be another process's by now: only what answers as LocalYun is stopped.
  await callAdmin({ endpoint: run.endpoint, run }, 'health', { signal: context.signal });
  process.kill(run.pid, 'SIGTERM');
  for (let waitedMs = 0; isAlive(run.pid); waitedMs += LOOK_EVERY_MS) {
    if (waitedMs > PATIENCE_MS)
      throw new CommandError(`LocalYun (pid ${run.pid}) did not stop in ${PATIENCE_MS / 1000} s.`);
    await clock.sleep(LOOK_EVERY_MS, context.signal);
  }
  context.out.write(`Stopped LocalYun (pid ${run.pid}).\n`);
}
