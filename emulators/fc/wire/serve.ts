/** What serves FC's calls: its dialect and operations. */
import type { Serving } from '../../../src/kernel/emulator.ts';
import { createOperationTable } from '../../../src/kernel/operation-table.ts';
import { createPipeline, type PipelineNeeds } from '../../../src/kernel/pipeline.ts';
import { rows } from '../operations/index.ts';
import type { FcServices } from '../operations/services.ts';
import { createFcDialect, type DialectNeeds } from './dialect.ts';

export interface ServingNeeds extends DialectNeeds, Pick<PipelineNeeds<FcServices>, 'services' | 'onCall'> {}

export function createServing(needs: ServingNeeds): Serving {
  const { clock, services, onCall } = needs;
  const table = createOperationTable(rows);
  return { rows, handle: createPipeline({ dialect: createFcDialect(needs), table, services, clock, onCall }) };
}
