/** The room's one way in for events and rules: what each fact of another room becomes here. */
import type { Clock } from '../../../src/kernel/clock.ts';
import { readExact, writeExact } from '../../../src/kernel/exact-json.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { Fact } from '../../../src/kernel/outbox.ts';
import { FACTS, type ObjectChanged } from '../../../src/ports/facts.ts';
import { type EventBridgeLimits, HOPS_MAX } from '../limits.ts';
import type { Lane } from '../store/deliveries.ts';
import type { EventRow } from '../store/events.ts';
import type { RuleRow } from '../store/rules.ts';
import type { EventBridgeStore } from '../store/store.ts';
import type { CloudEvent, EventShape } from './cloud-event.ts';
import { buildOssEvent, isBusEvent } from './cloud-event.ts';
import { dropLanes } from './delivery-outcome.ts';
import { isBus } from './event-buses.ts';
import { readObjectChanged, readTriggerChanged } from './facts.ts';
import { validateFilterPattern } from './filter-pattern.ts';
import { DEFAULT_BUS } from './names.ts';
import { CIRCLE } from './own-calls.ts';
import type { Publication } from './publish.ts';
import { publishEvent } from './publish.ts';
import type { Rulebook } from './rulebook.ts';

export interface Bus {
  /** Runs in a transaction, for objects that of their change. Never throws for what a fact says: one bad fact must not stop the rest. */
  handle(fact: Fact): void;
  /** Publishes an event as it is. Runs in an open transaction. */
  publish(publication: Publication): void;
  /** Publishes a kept event to another bus too, under its id. Why it can't be, or undefined. Runs in an open transaction. */
  forward(event: EventRow, bus: string): string | undefined;
  /** Publishes a kept event again under a new id. Runs in an open transaction. */
  publishAgain(event: EventRow, id: string, onlyRule?: string): void;
}

export interface BusNeeds {
  clock: Clock;
  logger: Logger;
  store: EventBridgeStore;
  rulebook: Rulebook;
  limits: EventBridgeLimits;
  eventShape: EventShape;
  /** Told of every lane that has something new. */
  touch(lane: Lane): void;
}

export function createBus(needs: BusNeeds): Bus {
  const { clock, logger, store, rulebook, touch } = needs;

  function publish(publication: Publication): void {
    for (const lane of publishEvent(needs, publication)) touch(lane);
  }

  function onObject(fact: Fact): void {
    const change = fact.wasKept ? readObjectChanged(fact.body) : (fact.body as ObjectChanged);
    if (!change) {
      logger.error('A fact about an object is not readable and makes no event.', { fact: fact.id });
      return;
    }
    if (!isBusEvent(change.eventName)) return;
    // Seen before: a crash may repeat a fact, never its event.
    if (fact.wasKept && fact.id <= store.events.lastFactId()) return;
    const { eventShape } = needs;
    const publishedAtMs = clock.nowMs();
    const event = buildOssEvent(change, { bus: DEFAULT_BUS, publishedAtMs, eventShape });
    const callerAccessKeyId = change.principal.type === 'role' ? change.principal.accessKeyId : undefined;
    const madeFrom = { change, eventShape };
    publish({ bus: DEFAULT_BUS, event, madeFrom, publishedAtMs, factId: fact.id, callerAccessKeyId });
  }

  function onTrigger(fact: Fact): void {
    const changed = readTriggerChanged(fact.body);
    if (!changed) {
      logger.error('A fact about a trigger is not readable and makes no rule.', { fact: fact.id });
      return;
    }
    if (changed.triggerType !== 'eventbridge') return;
    const change = rulebook.applyTrigger(changed);
    if (change.is === 'removed') dropLanes(store, change.rule, []);
    if (change.is !== 'put') return;

    const { rule, before } = change;
    if (before) dropLanes(store, before, rule.targets);
    // Deliveries that were held by a failure go on.
    for (const { id } of rule.targets) touch({ bus: rule.bus, rule: rule.name, target: id });
    warnAbout(rule);
  }

  function warnAbout({ createdBy, notServed, patternText }: RuleRow): void {
    if (createdBy.kind !== 'trigger') return;
    const where = { function: createdBy.functionName, trigger: createdBy.triggerName };
    if (notServed !== undefined) {
      logger.warn('A trigger makes no rule here; no event will reach its function by it.', {
        ...where,
        reason: notServed,
      });
      return;
    }
    const valid = validateFilterPattern(patternText);
    for (const hint of valid.ok ? valid.warnings : [])
      logger.warn("About a trigger's event pattern.", { ...where, hint });
  }

  return {
    publish,
    handle: (fact) => (fact.type === FACTS.triggerChanged ? onTrigger(fact) : onObject(fact)),
    forward(row, bus) {
      if (!isBus(store.buses.get, bus)) return `The event bus ${bus} does not exist.`;
      const hops = (row.hops ?? 0) + 1;
      if (hops > HOPS_MAX) return CIRCLE;
      // UNVERIFIED EVB-114: the event keeps its id. UNVERIFIED EVB-115: a dead letter is the event itself.
      const event: CloudEvent = {
        ...(readExact(row.text) as CloudEvent),
        aliyuneventbusname: bus,
        aliyunpublishtime: clock.now().toISOString(),
      };
      const text = writeExact(event);
      publish({ bus, event, text, factId: undefined, callerAccessKeyId: row.callerAccessKeyId, hops });
      return undefined;
    },
    publishAgain(row, id, onlyRule) {
      const event: CloudEvent = {
        ...(readExact(row.text) as CloudEvent),
        id,
        aliyunpublishtime: clock.now().toISOString(),
        // Ours, and named so: the cloud has no replay.
        localyunreplayof: row.id,
      };
      const text = writeExact(event);
      publish({ bus: row.bus, event, text, factId: undefined, callerAccessKeyId: undefined, onlyRule });
    },
  };
}
