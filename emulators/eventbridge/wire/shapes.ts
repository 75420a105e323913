/** Rules, targets and buses as the API spells them. */
import type { XmlValue } from '../../../src/protocols/xml.ts';
import type { EventStage } from '../service/event-queries.ts';
import { busArn, type Owner, ruleArn } from '../service/names.ts';
import type { EventEntry } from '../service/put-events.ts';
import type { BusRow } from '../store/buses.ts';
import type { EventRow } from '../store/events.ts';
import type { RuleRow, TargetRow } from '../store/rules.ts';

type Shape = Readonly<Record<string, XmlValue>>;

export function busShape(owner: Owner, { name, description, createdAtMs }: BusRow): Shape {
  return {
    EventBusName: name,
    EventBusARN: busArn(owner, name),
    Description: description,
    CreateTimestamp: createdAtMs,
  };
}

export function ruleShape(owner: Owner, rule: RuleRow, targets: readonly Shape[]): Shape {
  return {
    EventBusName: rule.bus,
    RuleName: rule.name,
    RuleARN: ruleArn(owner, rule.bus, rule.name),
    Description: rule.description,
    Status: rule.status,
    // Letter by letter as it was sent: Terraform compares.
    FilterPattern: rule.patternText,
    CreatedTimestamp: rule.createdAtMs,
    Targets: targets,
  };
}

/** As lists of rules have it. */
export function shortTargetShape({ id, type, endpoint, errorsTolerance }: TargetRow): Shape {
  return { Id: id, Type: type, Endpoint: endpoint, ErrorsTolerance: errorsTolerance, PushSelector: SELECTOR };
}

export function targetShape(target: TargetRow): Shape {
  const { params, retry, deadLetterQueue, concurrencyMax } = target;
  return {
    ...shortTargetShape(target),
    PushRetryStrategy: retry.strategy,
    ParamList: params.map(({ key, form, value, template }) => ({
      ResourceKey: key,
      Form: form,
      Value: value,
      Template: template,
    })),
    // Left out when unset: Terraform takes what is there for set.
    DeadLetterQueue: deadLetterQueue as Shape | undefined,
    ConcurrentConfig: concurrencyMax === undefined ? undefined : { Concurrency: concurrencyMax },
  };
}

const SELECTOR = 'PARAM_TRANSFORMER';

/** What became of each event of a PutEvents, in its order. */
export function entriesShape(entries: readonly EventEntry[]) {
  return {
    FailedEntryCount: entries.filter(({ errorCode }) => errorCode !== undefined).length,
    EntryList: entries.map(({ eventId, traceId, errorCode, errorMessage }) => ({
      EventId: eventId,
      TraceId: traceId,
      ErrorCode: errorCode,
      ErrorMessage: errorMessage,
    })),
  };
}

export function tracedEventShape({ bus, id, source, type, publishedAtMs }: EventRow): Shape {
  return {
    EventBusName: bus,
    EventId: id,
    EventSource: source,
    EventType: type,
    EventReceivedTime: publishedAtMs,
  };
}

export function stageShape(owner: Owner, event: EventRow, stage: EventStage): Shape {
  const common = {
    Action: stage.action,
    ActionTime: 'atMs' in stage ? stage.atMs : event.publishedAtMs,
    ReceivedTime: event.publishedAtMs,
    ResourceOwnerId: owner.accountId,
    EventBusName: event.bus,
    EventId: event.id,
    EventSource: event.source,
  };
  if (stage.action === 'PutEvent') return common;
  // Texts, as the newer model has them.
  const filtered = { ...common, RuleName: stage.rule, RuleMatchingTime: String(event.publishedAtMs) };
  if (stage.action === 'FilterEvent') return filtered;
  const { endpoint, atMs, latencyMs, status } = stage;
  return {
    ...filtered,
    Endpoint: endpoint,
    NotifyTime: atMs,
    NotifyLatency: String(latencyMs),
    NotifyStatus: status,
  };
}
