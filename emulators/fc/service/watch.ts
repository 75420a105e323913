/** Watches folders of code, and templates, and says once a save is over which of them was saved. */
import { basename, dirname, join, relative, sep } from 'node:path';
import type { FSWatcher } from 'chokidar';
import type { Cancel, Clock } from '../../../src/kernel/clock.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { Settled } from '../../../src/kernel/settled.ts';
import { RELOAD_QUIET_MAX_MS, RELOAD_QUIET_MS } from '../limits.ts';
import { SKIPPED_FOLDERS } from './code-folder.ts';

export interface WatchNeeds {
  clock: Clock;
  logger: Logger;
  settled: Settled;
  /** How a watched path becomes what is looked at. */
  scopeOf(path: string): WatchScope;
  /** `file` is relative to the scope's folder: the first of those that changed. */
  onChange(path: string, file: string): Promise<void>;
  /** The path is watched only now: what changed in it before has gone unseen. */
  onReady(path: string): Promise<void>;
}

export interface WatchScope {
  folder: string;
  /** Levels of folders below it; absent: all. */
  depth?: number;
  isSkipped(path: string): boolean;
}

export interface Watch {
  /** From now on exactly these paths are watched. */
  follow(paths: Iterable<string>): void;
  /** Resolves when every path followed so far is watched. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

interface Watched {
  scope: WatchScope;
  watcher: Promise<FSWatcher>;
  ready: Promise<void>;
  /** A save that is not over yet. */
  save: { file: string; sinceMs: number; cancel: Cancel } | undefined;
}

/** A folder of code, without what is no code of its own. */
export function codeScope(folder: string): WatchScope {
  const isSkipped = (path: string) =>
    relative(folder, path)
      .split(sep)
      .some((name) => SKIPPED_FOLDERS.includes(name));
  return { folder, isSkipped };
}

/** One file, seen from its folder: editors put a new file in the place of the old one. */
export function fileScope(path: string): WatchScope {
  const folder = dirname(path);
  return { folder, depth: 0, isSkipped: (found) => found !== folder && found !== path };
}

export function createWatch({ clock, logger, settled, scopeOf, onChange, onReady }: WatchNeeds): Watch {
  const all = new Map<string, Watched>();
  let reloads = 0;

  settled.register(() => [
    ...[...all].flatMap(([path, { save }]) => (save ? [`a save in ${path}`] : [])),
    ...(reloads > 0 ? [`${reloads} reloads`] : []),
  ]);

  function start(path: string): Watched {
    const scope = scopeOf(path);
    const watcher = open(path, scope);
    const ready = watcher.then((opened) => new Promise<void>((resolve) => opened.once('ready', () => resolve())));
    const watched: Watched = { scope, watcher, ready, save: undefined };
    watcher.then(
      (opened) => {
        opened.on('all', (_event, found) => onEvent(path, watched, found));
        // chokidar passes changes of one file by when they follow within 50 ms; these events it passes on, every one.
        opened.on('raw', (_event, name, details) => onRawEvent(path, watched, pathOf(name, details)));
      },
      (error: unknown) => logger.warn('A path can not be watched.', { path, error }),
    );
    ready.then(
      () => tell(() => onReady(path), path),
      () => undefined, // Said above.
    );
    return watched;
  }

  async function open(path: string, { folder, depth, isSkipped }: WatchScope): Promise<FSWatcher> {
    // Loaded by the first path, and after the start: nobody waits for it.
    const { watch } = await import('chokidar');
    const options = { ignoreInitial: true, ignored: isSkipped, ...(depth === undefined ? {} : { depth }) };
    const watcher = watch(folder, options);
    watcher.on('error', (error) => logger.warn('Changes may go unseen.', { path, error }));
    return watcher;
  }

  function onRawEvent(path: string, watched: Watched, found: string | undefined): void {
    if (found !== undefined && !watched.scope.isSkipped(found)) onEvent(path, watched, found);
  }

  function onEvent(path: string, watched: Watched, found: string): void {
    const nowMs = clock.monotonicMs();
    const first = { file: relative(watched.scope.folder, found), sinceMs: nowMs };
    const { file, sinceMs } = watched.save ?? first;
    watched.save?.cancel();
    const waitMs = Math.max(0, Math.min(RELOAD_QUIET_MS, sinceMs + RELOAD_QUIET_MAX_MS - nowMs));
    watched.save = { file, sinceMs, cancel: clock.afterHostMs(waitMs, () => void reload(path, watched)) };
  }

  async function reload(path: string, watched: Watched): Promise<void> {
    const file = watched.save?.file ?? '';
    watched.save = undefined;
    await tell(() => onChange(path, file), path);
  }

  async function tell(work: () => Promise<void>, path: string): Promise<void> {
    if (!all.has(path)) return;
    reloads++;
    try {
      await work();
    } catch (error) {
      logger.error('What was saved could not be taken up.', { path, error });
    } finally {
      reloads--;
      settled.changed();
    }
  }

  async function stop(path: string, { watcher, save }: Watched): Promise<void> {
    save?.cancel();
    all.delete(path);
    settled.changed();
    await (await watcher).close();
  }

  return {
    follow(paths) {
      const wanted = new Set(paths);
      for (const [path, watched] of all)
        if (!wanted.has(path))
          stop(path, watched).catch((error: unknown) => logger.warn('A watcher did not close.', { path, error }));
      for (const path of wanted) if (!all.has(path)) all.set(path, start(path));
    },
    ready: async () => void (await Promise.all([...all.values()].map(({ ready }) => ready))),
    close: async () => void (await Promise.all([...all].map(([path, watched]) => stop(path, watched)))),
  };
}

/** Node's own event names an entry of the watched folder, or the watched file itself. */
function pathOf(name: unknown, details: unknown): string | undefined {
  const watchedPath: unknown = Reflect.get(Object(details), 'watchedPath');
  if (typeof watchedPath !== 'string') return undefined;
  return typeof name !== 'string' || name === basename(watchedPath) ? watchedPath : join(watchedPath, name);
}
