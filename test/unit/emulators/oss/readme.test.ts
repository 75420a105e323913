/** The room's README and its rows say the same. */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { operations } from '../../../../emulators/oss/operations/index.ts';
import { createServedTable } from '../../../../emulators/oss/wire/served-table.ts';
import { createClock } from '../../../../src/kernel/clock.ts';
import { operationsTable, tableInReadme } from '../../../support/operations-table.ts';

const README = fileURLToPath(new URL('../../../../emulators/oss/README.md', import.meta.url));

test('the table of operations in the README is the one of the rows', () => {
  const table = operationsTable(operations);
  expect(tableInReadme(README, table)).toBe(table);
});

test('no two operations answer the same request, and none has the name of another', () => {
  expect(() => createServedTable(operations, createClock())).not.toThrow();
  const names = operations.map((row) => row.name);
  expect(new Set(names).size).toBe(names.length);
});
