/** The door of the EventBridge room: hears what changed in OSS and FC, and brings events to functions. */
import type { Clock } from '../../src/kernel/clock.ts';
import type { Database } from '../../src/kernel/database.ts';
import { createEmulator, type Emulator } from '../../src/kernel/emulator.ts';
import type { Ids } from '../../src/kernel/ids.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import type { Outbox } from '../../src/kernel/outbox.ts';
import type { CallRecord } from '../../src/kernel/pipeline.ts';
import type { Random } from '../../src/kernel/random.ts';
import type { Settled } from '../../src/kernel/settled.ts';
import type { AccessDecider } from '../../src/ports/access-decider.ts';
import type { CredentialSource } from '../../src/ports/credential-source.ts';
import type { EventHistory } from '../../src/ports/event-history.ts';
import { FACTS } from '../../src/ports/facts.ts';
import type { FunctionInvoker } from '../../src/ports/function-invoker.ts';
import type { AuthMode } from '../../src/protocols/rpc-authenticate.ts';
import type { EventBridgeLimits } from './limits.ts';
import { defaultLimits } from './limits.ts';
import type { EventBridgeServices } from './operations/services.ts';
import { createApiDestinations } from './service/api-destinations.ts';
import { createBus } from './service/bus.ts';
import { type EventShape, remakeOssEvent } from './service/cloud-event.ts';
import { createConnections } from './service/connections.ts';
import { createDeliveryEngine } from './service/delivery-engine.ts';
import { createEventBuses } from './service/event-buses.ts';
import { createEventQueries } from './service/event-queries.ts';
import { createEventSources } from './service/event-sources.ts';
import { validateFilterPattern } from './service/filter-pattern.ts';
import { createHistory } from './service/history.ts';
import { createOwnCalls } from './service/own-calls.ts';
import { type ConfiguredBus, provisionBuses } from './service/provision.ts';
import { createPutEvents } from './service/put-events.ts';
import { createRulebook, type Rulebook } from './service/rulebook.ts';
import { createRules } from './service/rules.ts';
import { createScheduler } from './sources/scheduler.ts';
import type { RuleRow } from './store/rules.ts';
import { signingKeyIn } from './store/signing-key.ts';
import type { EventBridgeStore } from './store/store.ts';
import { openEventBridgeStore } from './store/store.ts';
import { createTargetDrivers } from './targets/drivers.ts';
import { createHttpCaller } from './targets/http-caller.ts';
import { certificateUrl } from './wire/certificate.ts';

export type { EventBridgeLimits } from './limits.ts';
export { limitsOfSettings } from './limits.ts';
export type { EventShape } from './service/cloud-event.ts';
export type { PatternValidity } from './service/filter-pattern.ts';
export type { RuleRow } from './store/rules.ts';

export interface EventBridgeNeeds {
  clock: Clock;
  ids: Ids;
  random: Random;
  logger: Logger;
  database: Database;
  outbox: Outbox;
  settled: Settled;
  functions: FunctionInvoker;
  credentials: CredentialSource;
  access: AccessDecider;
  auth: AuthMode;
  region: string;
  accountId: string;
  /** Where this stack listens: `http://127.0.0.1:9580`. */
  endpoint(): string;
  eventShape: EventShape;
  /** 1: retries wait as long as the cloud's; 0.01: a hundredth of it. */
  retryTimeScale: number;
  limits?: Partial<EventBridgeLimits>;
  onCall(record: CallRecord): void;
}

export interface EventBridge {
  emulator: Emulator;
  history: EventHistory;
  /** All rules, of every bus, in the order of their names. */
  rules(): RuleRow[];
  /** Is this event pattern (JSON text or parsed JSON) valid? Also answers what looks like a mistake in it. */
  validateFilterPattern: typeof validateFilterPattern;
  /** Makes the buses and rules of the settings; answers what of them can't be used, in sentences. */
  provision(buses: readonly ConfiguredBus[]): Promise<string[]>;
  /** Starts listening and delivering: once every room that a delivery may reach is up. */
  start(): void;
  /** Forgets events, deliveries, and what was made by API. Rules of triggers stay, and go when FC says so. */
  reset(): Promise<void>;
  /** Forgets the rules too: for a reset of everything, after which FC tells its triggers anew. */
  forgetRules(): Promise<void>;
  drain(): Promise<void>;
  close(): Promise<void>;
}

export function createEventBridge(given: EventBridgeNeeds): EventBridge {
  const needs = { ...given, logger: given.logger.child('eventbridge') };
  const { clock, ids, random, logger, database, outbox, settled, functions, region, accountId } = needs;
  const limits = { ...defaultLimits, ...needs.limits };
  const store = openEventBridgeStore(database, remakeOssEvent);
  const rulebook = createRulebook({ rules: store.rules, region, accountId, nowMs: clock.nowMs });
  const owner = { region, accountId };
  const key = signingKeyIn(database, clock);
  const ownCalls = createOwnCalls();
  const caller = createHttpCaller(clock, ownCalls);
  function forwardKept({ sequence, bus: name }: { sequence: number; bus: string }): Promise<string | undefined> {
    return database.transact(() => {
      const event = store.events.get(sequence);
      return event === undefined ? 'The event is gone.' : bus.forward(event, name);
    });
  }
  const engine = createDeliveryEngine({
    clock,
    random: random.fork('eventbridge'),
    logger,
    database,
    store,
    targets: createTargetDrivers({
      ...{ clock, ids, store, functions, owner, caller, key, forward: forwardKept },
      certificateUrl: () => certificateUrl(needs.endpoint()),
    }),
    forward: (event, name) => bus.forward(event, name),
    limits,
    retryTimeScale: needs.retryTimeScale,
    onChange: settled.changed,
  });
  const { eventShape } = needs;
  const bus = createBus({ clock, logger, store, rulebook, limits, eventShape, touch: engine.touch });
  const history = createHistory({
    store,
    rulebook,
    isDelivering: engine.isDelivering,
    batchClosesAtMs: engine.batchClosesAtMs,
    async republish(event, onlyRule) {
      const id = ids.uuid();
      await database.transact(() => bus.publishAgain(event, id, onlyRule));
      return id;
    },
  });
  settled.register(engine.busy);
  const scheduler = createScheduler({
    ...{ clock, ids, logger, database, store, bus, owner },
    onChange: settled.changed,
  });
  settled.register(scheduler.busy);
  const services: Omit<EventBridgeServices, 'streamings' | 'tags'> = {
    owner,
    buses: createEventBuses({ database, store, limits }),
    queries: createEventQueries(store),
    sources: createEventSources({ database, ids, store, limits, onChange: scheduler.changed }),
    connections: createConnections({ database, store, limits }),
    apiDestinations: createApiDestinations({ database, store, limits }),
    ownCalls,
    newEventId: ids.uuid,
    endpoint: needs.endpoint,
    putEvents: createPutEvents({ clock, ids, database, store, bus, limits, owner }),
    rules: createRules({ database, logger, store, rulebook, limits, owner, touch: engine.touch }),
  };

  return {
    emulator: createEmulator('eventbridge', async () => {
      const { createServing } = await import('./wire/serve.ts');
      // Only their operations need them: streamings that run are rules.
      const { createStreamings } = await import('./service/streamings.ts');
      const { createTagService } = await import('./service/tags.ts');
      const touching = { nowMs: clock.nowMs, touch: engine.touch };
      const streamings = createStreamings({
        ...{ database, logger, store, rulebook, limits, owner, ...touching },
      });
      const all = { ...services, streamings, tags: createTagService({ database, store }) };
      return createServing({ ...needs, owner, services: all, key });
    }),
    history,
    rules: store.rules.list,
    validateFilterPattern,
    provision: (buses) =>
      provisionBuses(
        { ...{ database, logger, store, rulebook, limits, owner }, nowMs: clock.nowMs, touch: engine.touch },
        buses,
      ),
    start() {
      // One listener for both: a rule and the events after it are seen in the order they happened.
      const types = [FACTS.triggerChanged, FACTS.objectChanged];
      // What a trigger becomes is known in memory at once, and could not be taken back there.
      outbox.listen({ name: 'eventbridge', types, handle: bus.handle, later: [FACTS.triggerChanged] });
      engine.start();
      scheduler.start();
    },
    async reset() {
      await database.transact(() => forgetAll(store, rulebook));
      engine.forget();
      scheduler.changed();
      settled.changed();
    },
    async forgetRules() {
      await database.transact(() => {
        rulebook.clear();
        store.buses.clear();
      });
    },
    async drain() {
      await scheduler.stop();
      await engine.drain();
    },
    async close() {
      await scheduler.stop();
      engine.close();
      caller.close();
    },
  };
}

function forgetAll(store: EventBridgeStore, rulebook: Rulebook): void {
  const { buses, events, deliveries, rules, sources } = store;
  events.clear();
  deliveries.clear();
  buses.clear();
  sources.clear();
  store.connections.clear();
  store.apiDestinations.clear();
  store.streamings.clear();
  store.streamingWork.clear();
  for (const rule of rules.list()) {
    if (rule.createdBy.kind !== 'trigger') rulebook.remove(rule);
    else rules.put({ ...rule, targets: rule.targets.map((target) => ({ ...target, blocked: undefined })) });
  }
}
