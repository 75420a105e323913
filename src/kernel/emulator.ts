/** One room as the gateway sees it. Its operations are modules that the first call loads, so that no start waits for them. */
import type { OperationRow } from './operation.ts';
import type { Handler } from './pipeline.ts';

export interface Emulator {
  readonly name: string;
  /** Its operations, in its API reference's order. */
  rows(): Promise<readonly OperationRow<never>[]>;
  handle: Handler;
  /** Loads what the first call would have to wait for. */
  prepare(): Promise<void>;
}

/** What a room's operations are served by. */
export interface Serving {
  rows: readonly OperationRow<never>[];
  handle: Handler;
}

/** `load` is called once, by whichever call comes first. */
export function createEmulator(name: string, load: () => Promise<Serving>): Emulator {
  let loading: Promise<Serving> | undefined;
  let serving: Serving | undefined;

  function loaded(): Promise<Serving> {
    loading ??= load().then((done) => {
      serving = done;
      return done;
    });
    return loading;
  }

  return {
    name,
    rows: async () => (await loaded()).rows,
    // Loaded once: no call waits a turn for what is there.
    handle: (request) => (serving ? serving.handle(request) : loaded().then(({ handle }) => handle(request))),
    async prepare() {
      await loaded();
    },
  };
}
