/** Rules, targets and buses as the API spells them. */
import type { XmlValue } from '../../../src/protocols/xml.ts';
import { busArn, type Owner, ruleArn } from '../service/names.ts';
import type { BusRow } from '../store/buses.ts';
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
