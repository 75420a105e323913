/** Watches functions' code folders, and says once a save is over which folder has new code. */
import { basename, join, relative, sep } from 'node:path';
import type { FSWatcher } from 'chokidar';
import type { Cancel, Clock } from '../../../src/kernel/clock.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { Settled } from '../../../src/kernel/settled.ts';
import { RELOAD_QUIET_MAX_MS, RELOAD_QUIET_MS } from '../limits.ts';
import { SKIPPED_FOLDERS } from './code-folder.ts';

export interface CodeWatchNeeds {
  clock: Clock;
  logger: Logger;
  settled: Settled;
  /** `file` is relative to the folder: the first of those that changed. */
  onChange(codeDir: string, file: string): Promise<void>;
  /** The folder is watched only now: what changed in it before has gone unseen. */
  onReady(codeDir: string): Promise<void>;
}

export interface CodeWatch {
  /** From now on exactly these folders are watched. */
  follow(codeDirs: Iterable<string>): void;
  /** Resolves when every folder followed so far is watched. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

interface Watched {
  watcher: Promise<FSWatcher>;
  ready: Promise<void>;
  /** A save that is not over yet. */
  save: { file: string; sinceMs: number; cancel: Cancel } | undefined;
}

export function createCodeWatch({ clock, logger, settled, onChange, onReady }: CodeWatchNeeds): CodeWatch {
  const folders = new Map<string, Watched>();
  let reloads = 0;

  settled.register(() => [
    ...[...folders].flatMap(([codeDir, { save }]) => (save ? [`a save in ${codeDir}`] : [])),
    ...(reloads > 0 ? [`${reloads} reloads`] : []),
  ]);

  function start(codeDir: string): Watched {
    const watcher = open(codeDir);
    const ready = watcher.then((opened) => new Promise<void>((resolve) => opened.once('ready', () => resolve())));
    const watched: Watched = { watcher, ready, save: undefined };
    watcher.then(
      (opened) => {
        opened.on('all', (_event, path) => onEvent(codeDir, watched, relative(codeDir, path)));
        // chokidar passes changes of one file by when they follow within 50 ms; these events it passes on, every one.
        opened.on('raw', (_event, name, details) => onRawEvent(codeDir, watched, pathOf(name, details)));
      },
      (error: unknown) => logger.warn('A code folder can not be watched.', { codeDir, error }),
    );
    ready.then(
      () => tell(() => onReady(codeDir), codeDir),
      () => undefined, // Said above.
    );
    return watched;
  }

  async function open(codeDir: string): Promise<FSWatcher> {
    // Loaded by the first folder, and after the start: nobody waits for it.
    const { watch } = await import('chokidar');
    const watcher = watch(codeDir, { ignoreInitial: true, ignored: (path) => isSkipped(codeDir, path) });
    watcher.on('error', (error) => logger.warn('Changes in a code folder may go unseen.', { codeDir, error }));
    return watcher;
  }

  function onEvent(codeDir: string, watched: Watched, file: string): void {
    const nowMs = clock.monotonicMs();
    const { file: first, sinceMs } = watched.save ?? { file, sinceMs: nowMs };
    watched.save?.cancel();
    const waitMs = Math.max(0, Math.min(RELOAD_QUIET_MS, sinceMs + RELOAD_QUIET_MAX_MS - nowMs));
    watched.save = { file: first, sinceMs, cancel: clock.afterHostMs(waitMs, () => void reload(codeDir, watched)) };
  }

  function onRawEvent(codeDir: string, watched: Watched, path: string | undefined): void {
    if (path !== undefined && !isSkipped(codeDir, path)) onEvent(codeDir, watched, relative(codeDir, path));
  }

  async function reload(codeDir: string, watched: Watched): Promise<void> {
    const file = watched.save?.file ?? '';
    watched.save = undefined;
    await tell(() => onChange(codeDir, file), codeDir);
  }

  async function tell(work: () => Promise<void>, codeDir: string): Promise<void> {
    if (!folders.has(codeDir)) return;
    reloads++;
    try {
      await work();
    } catch (error) {
      logger.error('New code could not be taken up.', { codeDir, error });
    } finally {
      reloads--;
      settled.changed();
    }
  }

  async function stop(codeDir: string, { watcher, save }: Watched): Promise<void> {
    save?.cancel();
    folders.delete(codeDir);
    settled.changed();
    await (await watcher).close();
  }

  return {
    follow(codeDirs) {
      const wanted = new Set(codeDirs);
      for (const [codeDir, watched] of folders)
        if (!wanted.has(codeDir))
          stop(codeDir, watched).catch((error: unknown) => logger.warn('A watcher did not close.', { codeDir, error }));
      for (const codeDir of wanted) if (!folders.has(codeDir)) folders.set(codeDir, start(codeDir));
    },
    ready: async () => void (await Promise.all([...folders.values()].map(({ ready }) => ready))),
    close: async () => void (await Promise.all([...folders].map(([codeDir, watched]) => stop(codeDir, watched)))),
  };
}

/** Node's own event names an entry of the watched folder, or the watched file itself. */
function pathOf(name: unknown, details: unknown): string | undefined {
  const watchedPath: unknown = Reflect.get(Object(details), 'watchedPath');
  if (typeof watchedPath !== 'string') return undefined;
  return typeof name !== 'string' || name === basename(watchedPath) ? watchedPath : join(watchedPath, name);
}

function isSkipped(codeDir: string, path: string): boolean {
  return relative(codeDir, path)
    .split(sep)
    .some((name) => SKIPPED_FOLDERS.includes(name));
}
