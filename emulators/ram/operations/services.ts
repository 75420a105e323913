/** What every operation of this room is handed. */
import { operationsOf } from '../../../src/kernel/operation.ts';
import type { AssumeNeeds } from '../service/assume-role.ts';

export type RamServices = AssumeNeeds;

export const STS = '2015-04-01';
export const RAM = '2015-05-01';

export const operation = operationsOf<RamServices>();
