/** What serves OSS's calls: its dialect, its operations, and the key of callbacks beside them. */
import type { Serving } from '../../../src/kernel/emulator.ts';
import type { OperationRow } from '../../../src/kernel/operation.ts';
import { createPipeline, type PipelineNeeds } from '../../../src/kernel/pipeline.ts';
import { operations } from '../operations/index.ts';
import type { OssServices } from '../service/services.ts';
import type { CallbackKey } from '../store/callback-key.ts';
import { asksForPublicKey, publicKeyReply } from './callback-key.ts';
import { createDialect, type DialectNeeds } from './dialect.ts';
import { createServedTable, subresourcesOf } from './served-table.ts';

export interface ServingNeeds
  extends Omit<DialectNeeds, 'subresources'>,
    Pick<PipelineNeeds<OssServices>, 'services' | 'onCall'> {
  key(): Promise<CallbackKey>;
}

export function createServing(needs: ServingNeeds): Serving {
  const { clock, services, onCall, key } = needs;
  const dialect = createDialect({ ...needs, subresources: subresourcesOf(operations) });
  const table = createServedTable(operations, clock);
  const serve = createPipeline({ dialect, table, services, clock, onCall });
  return {
    rows: operations as readonly OperationRow<never>[],
    handle: (request) => (asksForPublicKey(request, needs) ? publicKeyReply(request, key) : serve(request)),
  };
}
