/** The drawing that `npm run sample` ends with: what failed is told, columns stand under each other, time goes down. */
import { expect, test } from 'vitest';
import { drawTimeline, failures } from '../../../sample-app/timeline.mjs';

const at = (ms: number) => new Date(ms).toISOString();

function pathWith(invocation: object) {
  return {
    publishedAt: at(5),
    event: { type: 'oss:ObjectCreated:PutObject' },
    matched: [{ rule: 'r' }],
    unmatched: [],
    deliveries: [],
    invocations: [
      {
        requestId: '1-a',
        functionName: 'f',
        state: 'succeeded',
        startedAt: at(10),
        endedAt: at(20),
        ledTo: [],
        ...invocation,
      },
    ],
  };
}

const draw = (invocation: object) =>
  drawTimeline({ startedAt: 0, uploadMs: 3, path: pathWith(invocation), width: 100 }).split('\n');

test.each(['failed', 'retrying', 'dropped'])('a call that is %s counts as failed, and its error is shown', (state) => {
  const invocation = { state, result: '{"errorMessage":"no such bucket"}' };
  expect(failures(pathWith({ state }))).toHaveLength(1);
  expect(draw(invocation).at(-1)).toBe('The function failed (1-a): {"errorMessage":"no such bucket"}');
});

test.each(['succeeded', 'running', 'queued'])('a call that is %s is no failure', (state) => {
  expect(failures(pathWith({ state }))).toEqual([]);
  expect(draw({ state }).join('\n')).not.toContain('The function failed');
});

test('the objects a call made stand in the order of their making, however they are listed', () => {
  const object = (key: string, ms: number) => ({
    subject: `acs:oss:r:1:bucket/${key}`,
    time: at(0),
    publishedAt: at(ms),
  });
  const puts = draw({ ledTo: [object('second', 19), object('first', 12)] }).filter((line) => line.includes('PUT '));
  expect(puts.map((line) => line.trim().split(/\s+/).slice(0, 2).join(' '))).toEqual([
    'PUT (ali-oss)',
    'PUT first',
    'PUT second',
  ]);
});

test('a Chinese name fills two cells a character, so that the bars begin in one column', () => {
  const made = (key: string) =>
    draw({ ledTo: [{ subject: `acs:oss:r:1:bucket/${key}`, time: at(0), publishedAt: at(12) }] });
  const line = (key: string) => made(key).find((row) => row.startsWith('  PUT ')) ?? '';
  const [plain, chinese, long] = [line('abcd.png'), line('照片.png'), line(`${'照'.repeat(40)}.png`)];
  expect(chinese.replace('照片', 'abcd')).toBe(plain);
  expect(long.length).toBe(plain.length - '照'.repeat(18).length);
  expect(long).toContain(`${'照'.repeat(18)}…`);
});
