/** The pattern library against every case of the open-source engine's own tests: single matcher, index and explanation alike. */
import { expect, test } from 'vitest';
import {
  compilePattern,
  createPatternIndex,
  explainMismatch,
  matchesPattern,
} from '../../../../../emulators/eventbridge/pattern/index.ts';
import { builderVectors, type EngineVector, evaluatorVectors, otherwiseVectors } from './engine-vectors.ts';

const PREFIX = 'Event pattern is not valid, reason: ';

function answerTo({ pattern: text, event }: EngineVector): EngineVector['engine'] {
  const compiled = compilePattern(text);
  if (!compiled.ok) return { refused: compiled.message.replace(PREFIX, '') };
  if (event === undefined) return 'compiles';
  const index = createPatternIndex<string>();
  index.add('rule', compiled.pattern);
  const answers = [
    matchesPattern(compiled.pattern, event),
    index.match(event).length === 1,
    explainMismatch(compiled.pattern, event) === undefined,
  ];
  expect(new Set(answers).size).toBe(1);
  return answers[0] === true;
}

const titled = (vectors: readonly EngineVector[]) =>
  vectors.map((vector) => ({
    ...vector,
    asked: vector.event === undefined ? '' : ` on ${JSON.stringify(vector.event)}`,
  }));

test.each(titled(builderVectors))('PatternEvaluatorBuilderTest.$test: $pattern$asked', (vector) => {
  expect(answerTo(vector)).toEqual(vector.here ?? vector.engine);
});

test.each(titled(evaluatorVectors))('PatternEvaluatorTest.$test: $pattern$asked', (vector) => {
  expect(answerTo(vector)).toEqual(vector.here ?? vector.engine);
});

test.each(titled(otherwiseVectors))('$test, otherwise on purpose: $pattern$asked', (vector) => {
  expect(answerTo(vector)).toEqual(vector.here);
});

test('every test of the two classes is here: 29 and 19', () => {
  const names = (vectors: readonly EngineVector[]) => new Set(vectors.map(({ test: name }) => name)).size;
  expect([names(builderVectors), names(evaluatorVectors)]).toEqual([29, 19]);
});

test('whoever differs from the engine says why, and nobody else does', () => {
  for (const { engine, here, because } of [...builderVectors, ...evaluatorVectors, ...otherwiseVectors]) {
    expect(here === undefined).toBe(because === undefined);
    if (here !== undefined) expect(here).not.toEqual(engine);
  }
});

test('build_ComplexPatter: one condition a field, under its path', () => {
  const compiled = compilePattern(builderVectors[0]?.pattern);
  const fields = compiled.ok ? compiled.pattern.fields : [];
  const kinds = fields.map(({ pathText, exact, groups }) => [pathText, exact.size, groups.flat().map(({ is }) => is)]);
  expect(kinds).toEqual([
    ['source', 3, []],
    ['aliyunregionid', 1, ['prefix']],
    ['data.c-count.d-count', 0, ['numeric']],
    ['data.c-count.but', 0, ['anything-but']],
    ['data.c-count.e-count.f-count', 0, ['exists']],
    ['data.prefix', 0, ['prefix']],
    ['data.suffix', 0, ['suffix']],
  ]);
});
