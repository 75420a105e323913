/** What FC's operations work with. */
import { operationsOf } from '../../../src/kernel/operation.ts';
import type { WireRequest } from '../../../src/kernel/wire.ts';
import type { Invocations } from '../service/invocations/invocations.ts';
import type { FunctionStore } from '../store/function-store.ts';
import type { Owner } from '../wire/shapes.ts';

export interface FcServices {
  functions: FunctionStore;
  invocations: Invocations;
  owner: Owner;
  /** Throws when the body is not the one that was signed. */
  assertSignedBody(request: WireRequest, body: Uint8Array): void;
}

export const operation = operationsOf<FcServices>();
