/** What serves the calls of STS and RAM: their dialect and operations. */
import type { Serving } from '../../../src/kernel/emulator.ts';
import { createPipeline, type PipelineNeeds } from '../../../src/kernel/pipeline.ts';
import { createRpcTable } from '../../../src/protocols/rpc.ts';
import { ramOperations } from '../operations/index.ts';
import type { RamServices } from '../operations/services.ts';
import { createDialect, type DialectNeeds } from './dialect.ts';

export interface ServingNeeds extends DialectNeeds, Pick<PipelineNeeds<RamServices>, 'services' | 'onCall'> {}

export function createServing(needs: ServingNeeds): Serving {
  const { clock, services, onCall } = needs;
  const table = createRpcTable(ramOperations);
  return {
    rows: ramOperations,
    handle: createPipeline({ dialect: createDialect(needs), table, services, clock, onCall }),
  };
}
