/** The room's README and its rows say the same. */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { controlOperations, dataOperations } from '../../../../emulators/eventbridge/operations/index.ts';
import { operationsTable, tableInReadme } from '../../../support/operations-table.ts';

const README = fileURLToPath(new URL('../../../../emulators/eventbridge/README.md', import.meta.url));

test('the table of operations in the README is the one of the rows', () => {
  const table = operationsTable([...controlOperations, ...dataOperations]);
  expect(tableInReadme(README, table)).toBe(table);
});
