// Draws one event's path (the admin API's `GET events/ID`) as bars against time.

const LABEL_WIDTH = 44;
const BAR_WIDTH_MIN = 20;
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]/u;

/** Lines of text; times are milliseconds from the start of the upload. */
export function drawTimeline({ startedAt, uploadMs, path, width }) {
  const rows = [{ label: 'PUT (ali-oss)', from: 0, to: uploadMs }, ...eventRows(path, startedAt)];
  const end = Math.max(1, ...rows.map((row) => row.to));
  const barWidth = Math.max(BAR_WIDTH_MIN, width - LABEL_WIDTH - 20);
  const lines = rows.map((row) => `${label(row)} ${bar(row, end, barWidth)} ${times(row)}`);
  return [
    `${'what happened'.padEnd(LABEL_WIDTH)} 0 ms ${' '.repeat(Math.max(0, barWidth - 10))} ${end} ms`,
    ...lines,
    ...notes(path),
  ].join('\n');
}

function eventRows(path, startedAt) {
  const since = (iso) => (iso ? Date.parse(iso) - startedAt : 0);
  const published = since(path.publishedAt);
  const rows = [{ label: `event ${path.event.type}`, from: published, to: published }];
  for (const { rule } of path.matched) rows.push({ label: `rule ${rule} matched`, from: published, to: published });
  for (const delivery of path.deliveries)
    for (const [index, attempt] of delivery.attempts.entries()) {
      const what = delivery.attempts.length > 1 ? `delivery, attempt ${index + 1}` : 'delivery';
      rows.push({
        label: `${what} ${attempt.ok ? 'accepted' : `failed: ${attempt.error}`}`,
        from: since(attempt.at),
        to: since(attempt.at) + attempt.durationMs,
      });
    }
  for (const invocation of path.invocations) rows.push(...invocationRows(invocation, since));
  return rows;
}

function invocationRows(invocation, since) {
  const rows = [];
  const started = since(invocation.startedAt);
  const { coldStart } = invocation;
  if (invocation.isColdStart && coldStart) {
    let at = started - coldStart.totalMs;
    rows.push({ label: `cold start of ${invocation.functionName}`, from: at, to: started });
    for (const [phase, name] of PHASES) {
      if (coldStart[phase] > 0) rows.push({ label: `  ${name}`, from: at, to: at + coldStart[phase] });
      at += coldStart[phase];
    }
  }
  const ended = invocation.endedAt ? since(invocation.endedAt) : started;
  const kind = invocation.isColdStart ? 'cold' : 'warm';
  rows.push({ label: `handler ${invocation.functionName} (${kind}) ${invocation.state}`, from: started, to: ended });
  const oldestFirst = invocation.ledTo.toSorted(
    (a, b) => Date.parse(a.publishedAt ?? a.time) - Date.parse(b.publishedAt ?? b.time),
  );
  for (const event of oldestFirst) {
    const at = since(event.publishedAt ?? event.time);
    rows.push({ label: `  PUT ${event.subject.split('/').slice(1).join('/')}`, from: at, to: at });
  }
  return rows;
}

const PHASES = [
  ['prepareCodeMs', 'prepare code'],
  ['runtimeInitMs', 'boot runtime, load code'],
  ['initializerMs', 'initializer'],
  ['simulatedMs', "the cloud's delay (simulated)"],
];

/** Calls that came to nothing so far: one that is to be tried again has failed already. */
export function failures({ invocations }) {
  return invocations.filter(({ state }) => ['failed', 'retrying', 'dropped'].includes(state));
}

function notes(path) {
  const failed = failures(path);
  return [
    ...(path.matched.length === 0 ? ['', 'No rule matched:'] : []),
    ...(path.matched.length === 0 ? path.unmatched.map(({ rule, reason }) => `  ${rule}: ${reason}`) : []),
    ...failed.flatMap(({ requestId, result }) => [
      '',
      `The function failed (${requestId}): ${result ?? 'no result was kept'}`,
    ]),
  ];
}

/** Cuts or fills to the column's width; characters of Chinese, Japanese and Korean fill two cells of a terminal. */
function label({ label: text }) {
  let kept = text;
  while (cells(kept) > LABEL_WIDTH) kept = `${[...kept.replace(/…$/, '')].slice(0, -1).join('')}…`;
  return kept + ' '.repeat(LABEL_WIDTH - cells(kept));
}

function cells(text) {
  return [...text].reduce((sum, character) => sum + (WIDE.test(character) ? 2 : 1), 0);
}

function bar({ from, to }, end, width) {
  const column = (ms) => Math.min(width - 1, Math.max(0, Math.round((ms / end) * (width - 1))));
  const start = column(from);
  const length = Math.max(1, column(to) - start);
  return `${' '.repeat(start)}${to - from < 1 ? '◆' : '█'.repeat(length)}`.padEnd(width);
}

function times({ from, to }) {
  const ms = (value) => String(Math.round(value)).padStart(5);
  return to - from < 1 ? `${ms(from)} ms` : `${ms(from)} +${Math.round(to - from)} ms`;
}
