/** Log lines: whatever the facts are, one line is written and nothing is thrown. */
import { describe, expect, test } from 'vitest';
import { createClock } from '../../../../src/kernel/clock.ts';
import { createLogger, type LogFacts, type LogLevel } from '../../../../src/kernel/logger.ts';
import { lineStream } from '../../../support/line-stream.ts';

function logging(format: 'human' | 'json', level: LogLevel = 'debug') {
  const clock = createClock('virtual');
  clock.setNow(Date.UTC(2024, 0, 2, 3, 4, 5, 678));
  let text = '';
  const out = lineStream((line) => {
    text += line;
  });
  return { logger: createLogger({ clock, out, level, format }), text: () => text };
}

function loop(): object {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  return circle;
}

const HOSTILE: [string, LogFacts][] = [
  ['a bigint', { n: 12n, deep: { n: 1n } }],
  ['a circle', { circle: loop() }],
  ['an error whose cause is a circle', { error: new Error('e', { cause: loop() }) }],
  [
    'an error that is its own cause',
    {
      error: Object.assign(new Error('e'), {
        get cause() {
          return this;
        },
      }),
    },
  ],
  [
    'a toJSON that throws',
    {
      odd: {
        toJSON: () => {
          throw new Error('no');
        },
      },
    },
  ],
  [
    'a getter that throws',
    {
      odd: Object.defineProperty({}, 'x', {
        enumerable: true,
        get: () => {
          throw new Error('no');
        },
      }),
    },
  ],
  ['a symbol and a function', { s: Symbol('s'), f: () => 1, u: undefined, nil: null }],
  ['an invalid date', { at: new Date(Number.NaN) }],
];

describe('json', () => {
  test('is one object a line, with its facts beside', () => {
    const { logger, text } = logging('json');
    logger.child('oss').child('store').info('Swept.', { files: 3, path: 'a\nb' });
    expect(text().endsWith('\n')).toBe(true);
    expect(text().trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(text())).toEqual({
      time: '2024-01-02T03:04:05.678Z',
      level: 'info',
      name: 'oss.store',
      message: 'Swept.',
      files: 3,
      path: 'a\nb',
    });
  });

  test('tells errors with stack and causes', () => {
    const { logger, text } = logging('json');
    logger.error('Failed.', { error: new TypeError('outer', { cause: new Error('inner') }) });
    expect(JSON.parse(text()).error).toMatchObject({
      name: 'TypeError',
      message: 'outer',
      stack: expect.stringContaining('logger.test'),
      cause: { message: 'inner' },
    });
  });

  test('a fact can not pass for the time, the level or the message of its line', () => {
    const { logger, text } = logging('json');
    logger.warn('Real.', { message: 'forged', level: 'silent', time: 'never', name: 'x', n: 1 });
    expect(JSON.parse(text())).toMatchObject({
      message: 'Real.',
      level: 'warn',
      name: '',
      time: '2024-01-02T03:04:05.678Z',
      n: 1,
    });
    expect(text()).toContain('forged');
  });

  test.each(HOSTILE)('writes one valid line for %s', (_what, facts) => {
    const { logger, text } = logging('json');
    logger.info('Said.', facts);
    expect(JSON.parse(text())).toMatchObject({ message: 'Said.' });
  });
});

describe('human', () => {
  test('has time, level, source, message and facts, texts quoted where they need it', () => {
    const { logger, text } = logging('human');
    logger.child('fc').info('Started.', { pid: 7, path: '/a/b', odd: 'a b', forged: '\n2024 error', list: [1] });
    expect(text()).toBe(
      '03:04:05.678 info  fc           Started. pid=7 path=/a/b odd="a b" forged="\\n2024 error" list=[1]\n',
    );
  });

  test('colours what is not ordinary and takes the colour back', () => {
    const { logger, text } = logging('human');
    logger.warn('Careful.');
    expect(text()).toMatch(new RegExp(`^${'\x1b'}\\[33m.*Careful\\.${'\x1b'}\\[0m\n$`));
  });

  test('shows an error by its stack, without the commands to the terminal that a client put into its text', () => {
    const { logger, text } = logging('human');
    logger.info('Failed.', { error: new Error('bad \x1b[2J\x07 name') });
    expect(text()).toContain('bad ');
    expect(text()).toContain('logger.test');
    expect(text()).not.toContain('\x1b');
    expect(text()).not.toContain('\x07');
  });

  test.each(HOSTILE)('writes a line for %s', (_what, facts) => {
    const { logger, text } = logging('human');
    logger.info('Said.', facts);
    expect(text()).toContain('Said.');
    expect(text().endsWith('\n')).toBe(true);
  });
});

test.each<[LogLevel, number]>([
  ['debug', 4],
  ['info', 3],
  ['warn', 2],
  ['error', 1],
  ['silent', 0],
])('level %s writes %i of the four kinds', (level, lines) => {
  const { logger, text } = logging('json', level);
  for (const kind of ['debug', 'info', 'warn', 'error'] as const) logger[kind]('x');
  expect(text().split('\n').length - 1).toBe(lines);
});
