/** What an upload answers: of the object it stored, or what its callback's server said. */
import type { WireReply } from '../../../src/kernel/wire.ts';
import { type Callback, runCallback } from '../service/callback.ts';
import type { Origin } from '../service/facts.ts';
import type { OssServices } from '../service/services.ts';
import type { ObjectRecord } from '../store/object-store.ts';
import { storedHeaders } from '../wire/object-reply.ts';

export interface Stored {
  record: ObjectRecord;
  /** Of the callback's server; undefined where none was asked for. */
  answer: Uint8Array | undefined;
}

/** Runs the callback of an upload that has one; throws CallbackFailed when its server does not play along. */
export async function stored(
  services: OssServices,
  record: ObjectRecord,
  { callback, origin, operation }: { callback: Callback | undefined; origin: Origin; operation: string },
): Promise<Stored> {
  const answer = callback && (await runCallback(services, callback, { record, origin, operation }));
  return { record, answer };
}

/** Help page "Callback": the server's JSON, whatever type it gave it. Undefined where no server answered. */
export function callbackReply({ record, answer }: Stored): WireReply | undefined {
  if (answer === undefined) return undefined;
  return { status: 200, headers: { ...storedHeaders(record), 'Content-Type': 'application/json' }, body: answer };
}
