/** What FC's operations work with. */
import { operationsOf } from '../../../src/kernel/operation.ts';
import type { Invocations } from '../service/invocations/invocations.ts';
import type { Triggers } from '../service/triggers.ts';
import type { FunctionStore } from '../store/function-store.ts';
import type { Owner } from '../wire/shapes.ts';

export interface FcServices {
  functions: FunctionStore;
  invocations: Invocations;
  triggers: Triggers;
  owner: Owner;
}

export const operation = operationsOf<FcServices>();
