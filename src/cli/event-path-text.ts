/** One event's whole path as text for a terminal: rules, deliveries, and the runs of functions they led to. */
import type { EventPath, EventRun } from '../ports/event-path.ts';

/** What an event's sender wrote is read in a terminal, and moves nothing there. */
const TERMINAL_COMMANDS = /\p{Cc}/gu;
const LED_TO_MAX = 10;
const ERROR_CHARACTERS_MAX = 500;

export function visible(text: string): string {
  return text.replace(TERMINAL_COMMANDS, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

export function describePath({
  event,
  bus,
  alsoOn,
  publishedAt,
  matched,
  unmatched,
  elsewhere,
  deliveries,
  invocations,
}: EventPath): string {
  const lines = [
    `${String(event.type)} from ${String(event.source)}`,
    ...(event.subject === undefined ? [] : [`  ${String(event.subject)}`]),
    `  on the bus ${bus} at ${publishedAt}, id ${String(event.id)}`,
    ...alsoOn.map((other) => `  also on the bus ${other}: --bus ${other} shows it there`),
    '',
    matched.length === 0 ? 'No rule matched.' : 'Matched:',
    ...matched.map(({ rule, targets }) => `  ${rule} → ${targets.join(', ') || 'no target'}`),
  ];
  if (unmatched.length > 0) lines.push('', 'Did not match:');
  for (const { rule, reason } of unmatched) lines.push(`  ${rule}: ${reason}`);
  if (elsewhere.length > 0) lines.push('', 'Would match, but on another bus than the event is on:');
  for (const other of elsewhere) lines.push(`  ${other.rule} on the bus ${other.bus}`);
  if (deliveries.length > 0) lines.push('', 'Deliveries:');
  for (const { rule, target, targetType, state, attempts, nextAttemptAt, reason, notes = [] } of deliveries) {
    lines.push(`  ${rule} → ${target} (${targetType}): ${state}`);
    for (const { at, durationMs, ok, error, invocationRequestId, batch } of attempts) {
      const run = invocationRequestId === undefined ? '' : `, request ${invocationRequestId}`;
      const among = batch === undefined ? '' : `, as ${batch.position} of ${batch.size} in ${batch.id}`;
      lines.push(`    ${at}  ${durationMs} ms  ${ok ? 'taken' : error}${run}${among}`);
    }
    if (nextAttemptAt !== undefined) lines.push(`    next attempt at ${nextAttemptAt}`);
    if (reason !== undefined) lines.push(`    ${reason}`);
    for (const note of notes) lines.push(`    ${note}`);
  }
  if (invocations.length > 0) lines.push('', 'Runs:', ...invocations.flatMap(describeRun));
  return `${lines.map(visible).join('\n')}\n`;
}

/** A delivery to a function is done when the call is taken: how the run went is another question. */
function describeRun({ functionName, type, state, attempt, requestId, result, errorType, refused, ledTo }: EventRun) {
  const tries = attempt > 0 ? `, run ${attempt + 1} times` : '';
  const lines = [`  ${functionName} (${type}): ${state}${tries}, request ${requestId}`];
  if (errorType !== undefined) lines.push(`    ${errorOf(result) ?? errorType}`);
  for (const reason of new Set(refused.map((denial) => denial.reason))) lines.push(`    refused: ${reason}`);
  if (errorType !== undefined) lines.push(`    its log: GET /_localyun/invocations/${requestId}`);
  for (const { type: led, subject, id } of ledTo.slice(0, LED_TO_MAX))
    lines.push(`    led to ${led} ${subject ?? '-'} (${id})`);
  if (ledTo.length > LED_TO_MAX) lines.push(`    and to ${ledTo.length - LED_TO_MAX} more`);
  return lines;
}

/** What a handler threw, as FC tells it: `{"errorType":"TypeError","errorMessage":"…"}`, which may be cut off. */
function errorOf(result: string | undefined): string | undefined {
  const { errorType, errorMessage } = parsed(result);
  const said = typeof errorMessage === 'string' ? `${errorType ?? 'Error'}: ${errorMessage}` : result;
  return said?.slice(0, ERROR_CHARACTERS_MAX);
}

function parsed(text = ''): { errorType?: unknown; errorMessage?: unknown } {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    // Shown as it is.
    return {};
  }
}
