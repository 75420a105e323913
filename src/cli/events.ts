/** `localyun events list|show|tail|replay`: what happened to events, in the terminal. */

import type { Clock } from '../kernel/clock.ts';
import { parseDuration } from '../kernel/duration.ts';
import { writeExact } from '../kernel/exact-json.ts';
import type { EventSummary } from '../ports/event-history.ts';
import type { EventPath } from '../ports/event-path.ts';
import { type CommandContext, CommandError, callAdmin, findStack } from './command.ts';
import { describePath, visible } from './event-path-text.ts';

/** As they stand on the command line. */
export interface EventFilters {
  bus?: string | undefined;
  source?: string | undefined;
  type?: string | undefined;
  subject?: string | undefined;
  /** An ISO time, or how long ago: `10m`. */
  since?: string | undefined;
  until?: string | undefined;
  limit?: string | undefined;
  json?: boolean | undefined;
}

const LOOK_EVERY_MS = 300;
/** In the place of an id in a path: an id such as `..` would never arrive there, and travels beside it. */
const ANY = '_';
const TAIL_LIMIT = 1000;
/** So many of a time are sent again at once. */
const REPLAY_LIMIT = 1000;

export async function listEvents(context: CommandContext, clock: Clock, filters: EventFilters): Promise<void> {
  const events = await fetchEvents(context, clock, filters);
  if (filters.json) return void context.out.write(`${JSON.stringify(events)}\n`);
  if (events.length === 0) return void context.out.write('No events.\n');
  // The newest last, beside the prompt.
  for (const event of events.reverse()) context.out.write(lineOf(event));
}

export async function showEvent(
  context: CommandContext,
  id: string,
  { json, bus }: { json?: boolean; bus?: string },
): Promise<void> {
  const query = new URLSearchParams({ id, ...(bus === undefined ? {} : { bus }) });
  const path = `events/${ANY}?${query}`;
  const event = (await callAdmin(findStack(context), path, { signal: context.signal })).body as EventPath;
  context.out.write(json ? `${writeExact(event)}\n` : describePath(event));
}

/** Until it is interrupted. */
export async function tailEvents(context: CommandContext, clock: Clock, filters: EventFilters): Promise<void> {
  let seen = new Set((await fetchEvents(context, clock, { ...filters, limit: String(TAIL_LIMIT) })).map(keyOf));
  for (;;) {
    try {
      await clock.sleep(LOOK_EVERY_MS, context.signal);
    } catch (error) {
      if (context.signal.aborted) return;
      throw error;
    }
    const events = await fetchEvents(context, clock, { ...filters, limit: String(TAIL_LIMIT) });
    for (const event of events.reverse()) {
      if (seen.has(keyOf(event))) continue;
      context.out.write(filters.json ? `${JSON.stringify(event)}\n` : lineOf(event));
    }
    // What is older than those of the last look never comes again.
    seen = new Set(events.map(keyOf));
  }
}

/** One event by its id, or all of a time. */
export async function replayEvents(
  context: CommandContext,
  clock: Clock,
  { id, rule, ...filters }: EventFilters & { id?: string | undefined; rule?: string | undefined },
): Promise<void> {
  const stack = findStack(context);
  const options = { method: 'POST' as const, signal: context.signal };
  if (id !== undefined) {
    const body = { rule, bus: filters.bus, id };
    const answer = await callAdmin(stack, `events/${ANY}/replay`, { ...options, body });
    const again = (answer.body as { id: string }).id;
    context.out.write(`${visible(id)} again, as ${again}\n`);
    return rule === undefined ? undefined : await tellNoMatch(context, { again, rule });
  }
  if (filters.since === undefined) throw new CommandError('Name an event, or give --since: which events?', 2);
  const { limit, ...query } = queryOf(clock, filters);
  const body = { ...query, ...(rule === undefined ? {} : { rule }), ...(limit ? { limit: Number(limit) } : {}) };
  const { replayed } = (await callAdmin(stack, 'events/replay', { ...options, body })).body as {
    replayed: { id: string; replayOf: string }[];
  };
  for (const { id: again, replayOf } of replayed) context.out.write(`${visible(replayOf)} again, as ${again}\n`);
  if (replayed.length === 0)
    context.out.write(rule === undefined ? 'No events.\n' : `No events that ${rule} matches.\n`);
  if (replayed.length === (body.limit ?? REPLAY_LIMIT))
    context.out.write(`These are the newest ${replayed.length}; what is older was not sent: --until names its end.\n`);
}

/** Sent again to one rule, an event may reach nobody. */
async function tellNoMatch(context: CommandContext, { again, rule }: { again: string; rule: string }): Promise<void> {
  const query = new URLSearchParams({ id: again });
  const answer = await callAdmin(findStack(context), `events/${ANY}?${query}`, { signal: context.signal });
  const { matched, unmatched } = answer.body as EventPath;
  const reason = unmatched.find((each) => each.rule === rule)?.reason;
  if (matched.length === 0) context.out.write(`  ${visible(`${rule} did not match it: ${reason ?? 'it is gone'}`)}\n`);
}

async function fetchEvents(context: CommandContext, clock: Clock, filters: EventFilters): Promise<EventSummary[]> {
  const query = new URLSearchParams(queryOf(clock, filters)).toString();
  const answer = await callAdmin(findStack(context), `events?${query}`, { signal: context.signal });
  return answer.body as EventSummary[];
}

function queryOf(clock: Clock, { json: _json, ...filters }: EventFilters): Record<string, string> {
  const query: Record<string, string> = {};
  for (const [name, value] of Object.entries(filters)) {
    if (value !== undefined) query[name] = name === 'since' || name === 'until' ? timeOf(clock, value) : value;
  }
  return query;
}

/** `2026-11-21T08:00:00Z` as it is; `10m` is so long ago. */
function timeOf(clock: Clock, text: string): string {
  if (/^\d{4}-/.test(text)) return text;
  return new Date(clock.hostNowMs() - parseDuration(text)).toISOString();
}

function keyOf({ bus, id, time }: EventSummary): string {
  return JSON.stringify([bus, id, time]);
}

function lineOf({ time, id, bus, type, subject, matchedRules }: EventSummary): string {
  const rules = matchedRules.length === 0 ? 'no rule' : matchedRules.join(', ');
  return `${visible(`${time}  ${bus}  ${type}  ${subject ?? '-'}  → ${rules}  (${id})`)}\n`;
}
