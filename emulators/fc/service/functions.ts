/** Looks functions and triggers up the way the API does: by name, by qualifier, by page. */
import { FcError } from '../errors.ts';
import type { FunctionStore, StoredFunction, StoredTrigger } from '../store/function-store.ts';

/** Only LATEST exists until versions and aliases are served: any other qualifier is not found, as what it looks like. */
export function requireFunction(
  store: FunctionStore,
  functionName: string,
  qualifier: string | undefined,
): StoredFunction {
  const found = store.get(functionName);
  if (!found) throw new FcError('FunctionNotFound', { functionName });
  if (qualifier === undefined || qualifier === '' || qualifier === 'LATEST') return found;
  throw new FcError(/^\d+$/.test(qualifier) ? 'VersionNotFound' : 'AliasNotFound', { functionName, qualifier });
}

export function requireTrigger(store: FunctionStore, functionName: string, triggerName: string): StoredTrigger {
  requireFunction(store, functionName, undefined);
  const found = store.trigger(functionName, triggerName);
  if (!found) throw new FcError('TriggerNotFound', { functionName, triggerName });
  return found;
}

export interface PageRequest {
  prefix: string;
  limit: number;
  nextToken: string;
}

export interface Page<Item> {
  items: Item[];
  nextToken: string | undefined;
}

export function listFunctions(
  store: FunctionStore,
  { prefix, limit, nextToken, isWanted }: PageRequest & { isWanted(record: StoredFunction): boolean },
): Page<StoredFunction> {
  const items: StoredFunction[] = [];
  for (const record of store.after(afterToken(nextToken))) {
    if (!record.functionName.startsWith(prefix) || !isWanted(record)) continue;
    if (items.length === limit) return { items, nextToken: tokenAfter(items.at(-1)?.functionName) };
    items.push(record);
  }
  return { items, nextToken: undefined };
}

export function listTriggers(
  store: FunctionStore,
  functionName: string,
  { prefix, limit, nextToken }: PageRequest,
): Page<StoredTrigger> {
  requireFunction(store, functionName, undefined);
  const after = afterToken(nextToken);
  const left = store
    .triggersOf(functionName)
    .filter(({ triggerName }) => triggerName.startsWith(prefix) && triggerName > after);
  const items = left.slice(0, limit);
  return { items, nextToken: left.length > limit ? tokenAfter(items.at(-1)?.triggerName) : undefined };
}

/** Opaque to clients: the last name of the page before. */
function tokenAfter(name: string | undefined): string {
  return Buffer.from(name ?? '').toString('base64url');
}

function afterToken(token: string): string {
  if (token === '') return '';
  const name = Buffer.from(token, 'base64url').toString();
  // What does not turn into the same token again was never ours.
  if (tokenAfter(name) !== token) throw new FcError('InvalidArgument', { reason: `nextToken '${token}' is not valid` });
  return name;
}
