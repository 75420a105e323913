/** The room's README shows the rows there are, and the system policies. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ramOperations } from '../../../../emulators/ram/operations/index.ts';
import { SYSTEM_POLICY_NAMES, systemPolicy } from '../../../../emulators/ram/service/system-policies.ts';
import { operationsTable, tableInReadme } from '../../../support/operations-table.ts';

const README = join(import.meta.dirname, '../../../../emulators/ram/README.md');

test('the table of operations is that of the rows', () => {
  const table = operationsTable(ramOperations);
  expect(tableInReadme(README, table)).toBe(table);
});

test('every system policy is named, and every document compiles', () => {
  const text = readFileSync(README, 'utf8');
  for (const name of SYSTEM_POLICY_NAMES) {
    expect(text).toContain(`\`${name}\``);
    expect(systemPolicy(name)?.statements.length).toBeGreaterThan(0);
  }
});
