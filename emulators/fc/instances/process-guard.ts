/** Sees to it that no worker outlives us, even when we are killed with SIGKILL and a worker is too busy to notice. */
import { spawn } from 'node:child_process';
import type { Logger } from '../../../src/kernel/logger.ts';

export interface ProcessGuard {
  /** From now on this process, a group leader, and its group end when we do. */
  watch(pid: number): void;
  forget(pid: number): void;
  close(): void;
}

/**
 * A shell that reads process ids from a pipe only we hold. The kernel closes the pipe whatever ends us; the shell then
 * kills what is still on its list. A worker's own reaction to its closed channel needs an event loop that turns, which a
 * function in an endless loop hasn't got; a watching thread in each worker would cost 10 MB a worker.
 */
const SCRIPT = `trap '' HUP INT TERM
pids=' '
while read -r sign pid; do
  case $sign in
    +) pids="$pids$pid " ;;
    -) case $pids in *" $pid "*) pids="\${pids%%" $pid "*} \${pids#*" $pid "}" ;; esac ;;
  esac
done
for pid in $pids; do kill -s KILL -- "-$pid"; done 2>/dev/null`;

/** Starts with the first process to watch. */
export function createProcessGuard({ logger }: { logger: Logger }): ProcessGuard {
  let shell: ReturnType<typeof startShell> | undefined;
  let closed = false;

  function startShell() {
    const child = spawn('/bin/sh', ['-c', SCRIPT], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, env: {} });
    const lost = (error: Error) => {
      if (!closed) logger.warn('the process guard is gone: workers may outlive a SIGKILL of this process', { error });
    };
    child.on('error', lost);
    child.stdin.on('error', lost);
    child.unref();
    return child;
  }
  function tell(sign: '+' | '-', pid: number): void {
    if (closed) return;
    shell ??= startShell();
    shell.stdin.write(`${sign} ${pid}\n`);
  }

  return {
    watch: (pid) => tell('+', pid),
    forget: (pid) => tell('-', pid),
    close() {
      closed = true;
      shell?.stdin.end();
    },
  };
}
