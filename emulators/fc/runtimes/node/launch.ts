/** Starts bare Node bootstraps: a forked process with an empty environment, commands over IPC, answers over a pipe of its own. */
import { type ChildProcess, fork } from 'node:child_process';
import { Readable } from 'node:stream';
import type { Clock } from '../../../../src/kernel/clock.ts';
import { createFrameDecoder, UnreadableFrame } from '../../instances/frames.ts';
import { BOOT_TIMEOUT_MS, OUTPUT_DRAIN_MS } from '../../instances/limits.ts';
import type { FromWorker } from '../../instances/messages.ts';
import type { ProcessGuard } from '../../instances/process-guard.ts';
import type { Worker, WorkerExit, WorkerLauncher, WorkerListener } from '../../instances/worker.ts';

export interface NodeLauncherNeeds {
  clock: Clock;
  guard: ProcessGuard;
  /** The built bootstrap; see bootstrap-path.ts. */
  bootstrapPath: string;
}

const HEAP_EXHAUSTED = 'JavaScript heap out of memory';

export function createNodeLauncher(needs: NodeLauncherNeeds): WorkerLauncher {
  return ({ memoryMB }) => {
    const child = fork(needs.bootstrapPath, [], {
      // V8 sizes its heap while it starts and ignores the flag later, so a bootstrap is bound to a memory size.
      execArgv: [
        `--max-old-space-size=${Math.floor((memoryMB * 9) / 10)}`,
        '--max-http-header-size=16384',
        // Runtime source: the real process has it too, so a function may call `gc`. Ours has it not.
        '--expose-gc',
      ],
      env: {},
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc', 'pipe'],
      // A group of its own: killed with everything it started, and not hit by a Ctrl-C meant for us.
      detached: true,
    });
    return followChild(child, needs);
  };
}

function followChild(child: ChildProcess, { clock, guard }: NodeLauncherNeeds): Worker {
  const { pid } = child;
  const inbox = createInbox();
  let isGone = pid === undefined;
  let heapExhausted = false;
  if (pid !== undefined) guard.watch(pid);

  const outputs = [1, 2].map((fd) =>
    readText(child.stdio[fd], (text) => {
      heapExhausted ||= text.includes(HEAP_EXHAUSTED);
      inbox.raw(text);
    }),
  );
  const frames = readFrames(child.stdio[4], inbox);
  const exited = new Promise<WorkerExit>((resolve) => {
    const gone = (code: number | null, signal: NodeJS.Signals | null) => {
      kill(); // What it started may still run; the group outlives its leader.
      isGone = true;
      if (pid !== undefined) guard.forget(pid);
      const done = () => resolve({ code, signal, heapExhausted });
      // A process that left the group may hold the pipes open: what it will still write is not waited for.
      const cancel = clock.afterHostMs(OUTPUT_DRAIN_MS, done);
      void Promise.all([...outputs, frames]).then(() => {
        cancel();
        done();
      });
    };
    child.once('exit', gone);
    child.once('error', () => (isGone || pid === undefined ? gone(null, null) : undefined));
  });
  function kill(): void {
    if (isGone || pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // Not a group leader yet, or gone since: the direct way does no harm then.
      child.kill('SIGKILL');
    }
  }

  return {
    pid: pid ?? -1,
    booted: bootOf(inbox, exited, { clock, kill }),
    exited,
    isAlive: () => !isGone && child.connected,
    // A failed send means a dead process, which `exited` tells.
    send: (message) => void child.send(message, () => undefined),
    listen: inbox.listen,
    kill,
  };
}

interface Inbox extends Pick<Worker, 'listen'> {
  booted: Promise<void>;
  message(message: FromWorker): void;
  raw(text: string): void;
  garbage(reason: string): void;
}

/** Holds what a bare bootstrap says until an instance listens. */
function createInbox(): Inbox {
  let listener: WorkerListener | undefined;
  let held: ((listener: WorkerListener) => void)[] = [];
  let resolveBooted: (() => void) | undefined;
  const booted = new Promise<void>((resolve) => {
    resolveBooted = resolve;
  });
  const tell = (what: (listener: WorkerListener) => void) => (listener ? what(listener) : void held.push(what));
  return {
    booted,
    message(message) {
      if (message.type === 'booted' && resolveBooted) {
        resolveBooted();
        resolveBooted = undefined;
      } else {
        tell((to) => to.onMessage(message));
      }
    },
    raw: (text) => tell((to) => to.onRawOutput(text)),
    garbage: (reason) => tell((to) => to.onGarbage(reason)),
    listen(next) {
      listener = next;
      for (const what of held) what(next);
      held = [];
    },
  };
}

function bootOf(
  inbox: Inbox,
  exited: Promise<WorkerExit>,
  { clock, kill }: { clock: Clock; kill: () => void },
): Promise<void> {
  const cancel = clock.afterHostMs(BOOT_TIMEOUT_MS, kill);
  const died = exited.then(({ code, signal }) => {
    throw new Error(`the Node bootstrap ended before it was ready (${signal ?? `code ${code}`})`);
  });
  const booted = Promise.race([inbox.booted, died]).finally(cancel);
  // Who takes the worker awaits this and hears of it; a reserve that dies unused must not end our process.
  booted.catch(() => undefined);
  died.catch(() => undefined);
  return booted;
}

function readText(stream: unknown, onText: (text: string) => void): Promise<void> {
  if (!(stream instanceof Readable)) return Promise.resolve();
  stream.setEncoding('utf8');
  stream.on('data', onText);
  return ended(stream);
}

function readFrames(stream: unknown, inbox: Inbox): Promise<void> {
  if (!(stream instanceof Readable)) return Promise.resolve();
  const decode = createFrameDecoder(inbox.message);
  stream.on('data', (chunk: Buffer) => {
    try {
      decode(chunk);
    } catch (error) {
      if (!(error instanceof UnreadableFrame)) throw error;
      stream.removeAllListeners('data').resume();
      inbox.garbage(error.message);
    }
  });
  return ended(stream);
}

function ended(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    stream.once('close', resolve);
    stream.once('error', () => resolve());
  });
}
