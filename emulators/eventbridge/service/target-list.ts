/** Lists targets of a rule, of a bus or of all buses: reads rule by rule, and holds no more than a page of them. */
import { EventBridgeError } from '../errors.ts';
import { PAGE_MAX } from '../limits.ts';
import type { RuleRow, TargetRow } from '../store/rules.ts';
import type { EventBridgeStore } from '../store/store.ts';
import { requireBus } from './event-buses.ts';
import { DEFAULT_BUS } from './names.ts';
import { type CountedPage, type PageQuery, pageStart, takePage } from './paging.ts';

export interface TargetQuery extends PageQuery {
  /** Undefined: all of them. */
  bus: string | undefined;
  rule: string | undefined;
  /** Only targets with this endpoint. */
  endpoint: string | undefined;
}

export interface RuleTarget {
  bus: string;
  rule: string;
  target: TargetRow;
}

type Rooms = Pick<EventBridgeStore, 'buses' | 'rules'>;

export function listTargets(store: Rooms, query: TargetQuery): CountedPage<RuleTarget> {
  const start = pageStart(query);
  const page: (RuleTarget & { key: string })[] = [];
  let total = 0;
  for (const each of targetsOf(store, query)) {
    if (query.endpoint !== undefined && each.target.endpoint !== query.endpoint) continue;
    total += 1;
    const key = JSON.stringify([each.bus, each.rule, each.target.id]);
    // One more than a page says that there is another.
    if (page.length <= PAGE_MAX && (start === undefined || key > start)) page.push({ ...each, key });
  }
  return { ...takePage(page, query, ({ key }) => key), total };
}

/** In the order of their keys: names are ASCII, so the database's order is that of texts. */
function* targetsOf(store: Rooms, query: TargetQuery): Iterable<RuleTarget> {
  for (const rule of rulesOf(store, query)) {
    const { bus, name } = rule;
    const targets = [...rule.targets].sort((one, other) =>
      JSON.stringify(one.id) < JSON.stringify(other.id) ? -1 : 1,
    );
    for (const target of targets) yield { bus, rule: name, target };
  }
}

function* rulesOf({ buses, rules }: Rooms, { bus: named, rule }: TargetQuery): Iterable<RuleRow> {
  if (named !== undefined) requireBus(buses.get, named);
  const names = named === undefined ? [DEFAULT_BUS, ...buses.list().map(({ name }) => name)].sort() : [named];
  for (const bus of names) {
    if (rule === undefined) yield* rules.ofBus(bus);
    else {
      const found = rules.get(bus, rule);
      if (found) yield found;
      else if (named !== undefined) throw new EventBridgeError('EventRuleNotExisted', { bus, rule });
    }
  }
}
