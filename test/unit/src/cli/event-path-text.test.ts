/** An event's path as `events show` prints it: what became of the runs that took it is part of the answer. */
import { expect, test } from 'vitest';
import { describePath } from '../../../../src/cli/event-path-text.ts';
import type { EventPath, EventRun } from '../../../../src/ports/event-path.ts';

const AT = '2026-01-01T00:00:00.000Z';

function path(changes: Partial<EventPath> = {}): EventPath {
  return {
    ...{ event: { id: 'E1', source: 'acs.oss', type: 't' }, bus: 'default', alsoOn: [], publishedAt: AT, factId: 1 },
    ...{ matched: [{ rule: 'r', targets: ['f'] }], unmatched: [], elsewhere: [], deliveries: [], invocations: [] },
    ...changes,
  };
}

function run(changes: Partial<EventRun>): EventRun {
  return {
    ...{ requestId: 'R1', functionName: 'f', qualifier: 'LATEST', type: 'async', state: 'succeeded', queuedAt: AT },
    ...{ startedAt: AT, endedAt: AT, waitMs: 1, isColdStart: false, coldStart: undefined, durationMs: 1, billedMs: 1 },
    ...{ maxMemoryMB: 1, instanceId: 'i', accessKeyId: 'k', attempt: 0, errorType: undefined, event: '', logs: [] },
    ...{ result: '"ok"', cause: { kind: 'call' }, ledTo: [], refused: [] },
    ...changes,
  } as EventRun;
}

const runsOf = (...invocations: EventRun[]) => describePath(path({ invocations })).split('\nRuns:\n')[1];

test('a run that failed for good is told with its error, its refused calls once each, and where its log is', () => {
  const refusal = { reason: 'No policy of role r allows oss:PutObject.' };
  const failed = run({
    ...{ state: 'failed', attempt: 3, errorType: 'UnhandledInvocationError', refused: [refusal, refusal] as never },
    result: '{"errorType":"AccessDeniedError","errorMessage":"Access denied."}',
  });
  expect(runsOf(failed)).toBe(
    [
      '  f (async): failed, run 4 times, request R1',
      '    AccessDeniedError: Access denied.',
      '    refused: No policy of role r allows oss:PutObject.',
      '    its log: GET /_localyun/invocations/R1\n',
    ].join('\n'),
  );
});

test.each([
  [undefined, 'InitializationError'],
  ['{"errorMessage":"cut o', '{"errorMessage":"cut o'],
  ['null', 'null'],
  ['{"errorMessage":"said\\u001b[2J"}', 'Error: said\\u001b[2J'],
])('an error that was kept as %j is shown as %j', (result, shown) => {
  expect(runsOf(run({ state: 'failed', errorType: 'InitializationError', result }))).toContain(`\n    ${shown}\n`);
});

test('a run that went well is one line, and what it led to a few', () => {
  expect(runsOf(run({}))).toBe('  f (async): succeeded, request R1\n');
  const made = Array.from({ length: 12 }, (_, index) => ({ type: 'put', subject: `o/${index}`, id: `E${index}` }));
  const lines = runsOf(run({ ledTo: made as never }))?.split('\n') ?? [];
  expect(lines[1]).toBe('    led to put o/0 (E0)');
  expect(lines.slice(-2)).toEqual(['    and to 2 more', '']);
  expect(lines).toHaveLength(13);
});

test('without a run nothing is said of runs', () => {
  expect(describePath(path())).not.toContain('Runs');
});
