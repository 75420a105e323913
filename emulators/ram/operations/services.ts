/** What every operation of this room is handed. */

import type { Logger } from '../../../src/kernel/logger.ts';
import { operationsOf } from '../../../src/kernel/operation.ts';
import type { AssumeNeeds } from '../service/assume-role.ts';
import type { DenialJournal } from '../service/denials.ts';

export interface RamServices extends AssumeNeeds {
  denials: DenialJournal;
  logger: Logger;
}

export const STS = '2015-04-01';
export const RAM = '2015-05-01';
/** Resource Management, of which Terraform and Serverless Devs call a little. */
export const RESOURCE_MANAGER = '2020-03-31';

export const operation = operationsOf<RamServices>();
