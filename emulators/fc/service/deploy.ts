/** Takes the functions of one template: keeps what changed, tells of triggers, and says what will not work here. */
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Database } from '../../../src/kernel/database.ts';
import type { Ids } from '../../../src/kernel/ids.ts';
import type { Outbox } from '../../../src/kernel/outbox.ts';
import { TRIGGERS_PER_FUNCTION_MAX } from '../limits.ts';
import type { FunctionStore, StoredFunction } from '../store/function-store.ts';
import { changesBetween, type FunctionChange, snapshot } from './changes.ts';
import { type CodeFingerprint, fingerprintCode } from './code-folder.ts';
import type { FunctionDefinition } from './function-definition.ts';
import { type InspectNeeds, inspect } from './inspect.ts';
import { dropTrigger, keepTemplateTriggers } from './keep-triggers.ts';

export interface DeployNeeds extends InspectNeeds {
  clock: Clock;
  ids: Ids;
  database: Database;
  outbox: Outbox;
  store: FunctionStore;
}

export interface Deployed {
  definition: FunctionDefinition;
  /** Path of the template it comes from. */
  source: string;
  /** Folder that its code is relative to. */
  baseDir: string;
}

export interface DeployReport {
  /** Not empty: nothing was kept. */
  problems: string[];
  warnings: string[];
  /** New, or of new code or configuration: they need new instances. */
  changed: string[];
  removed: string[];
  /** All of it, triggers too, in the template's words. */
  changes: FunctionChange[];
}

/** Functions of a source that `isReplaced`, and not among those given, are removed. */
export async function deploy(
  needs: DeployNeeds,
  functions: readonly Deployed[],
  isReplaced: (source: string) => boolean,
): Promise<DeployReport> {
  const wanted = functions.map((each) => ({ ...each, codeDir: resolve(each.baseDir, each.definition.code) }));
  const report: DeployReport = { ...inspect(needs, wanted), changed: [], removed: [], changes: [] };
  report.problems.push(...tooManyTriggers(needs.store, wanted));
  if (report.problems.length > 0) return report;

  const codes = wanted.map(({ codeDir, source }) => ({ codeDir, source, ...fingerprintCode(codeDir) }));
  const before = snapshot(needs.store);
  await needs.database.transact(() => {
    for (const [index, { definition }] of wanted.entries()) {
      const code = codes[index];
      if (code && keepFunction(needs, definition, code)) report.changed.push(definition.functionName);
      keepTemplateTriggers(needs, definition.functionName, definition.triggers);
    }
    const names = new Set(wanted.map(({ definition }) => definition.functionName));
    for (const { functionName, source } of needs.store.list()) {
      if (names.has(functionName) || !isReplaced(source)) continue;
      removeFunction(needs, functionName);
      report.removed.push(functionName);
    }
  });
  return { ...report, changes: changesBetween(before, snapshot(needs.store)) };
}

/** With those that the API made, which stay. */
function tooManyTriggers(store: FunctionStore, functions: readonly Deployed[]): string[] {
  return functions.flatMap(({ definition: { functionName, triggers } }) => {
    const made = store.triggersOf(functionName).filter(({ madeBy }) => madeBy === 'api');
    const count = new Set([...made, ...triggers].map(({ triggerName }) => triggerName)).size;
    if (count <= TRIGGERS_PER_FUNCTION_MAX) return [];
    return [
      `Function ${functionName} would have ${count} triggers, ${made.length} of them made by CreateTrigger; it may have ${TRIGGERS_PER_FUNCTION_MAX}.`,
    ];
  });
}

/** In the caller's transaction: the function, its triggers, and word of them. */
export function removeFunction(needs: Pick<DeployNeeds, 'outbox' | 'store'>, functionName: string): void {
  for (const trigger of needs.store.triggersOf(functionName)) dropTrigger(needs, trigger);
  needs.store.remove(functionName);
}

interface Code extends CodeFingerprint {
  codeDir: string;
  source: string;
}

/** True when the function is new or differs from what was kept. */
function keepFunction({ clock, ids, store }: DeployNeeds, definition: FunctionDefinition, code: Code): boolean {
  const { triggers: _own, ...rest } = definition;
  const before = store.get(definition.functionName);
  const nowMs = clock.nowMs();
  const after: StoredFunction = {
    ...rest,
    source: code.source,
    codeDir: code.codeDir,
    codeChecksum: code.checksum,
    codeSizeBytes: code.sizeBytes,
    functionId: before?.functionId ?? ids.uuid(),
    generation: before?.generation ?? 0,
    createdAtMs: before?.createdAtMs ?? nowMs,
    lastModifiedAtMs: before?.lastModifiedAtMs ?? nowMs,
  };
  if (isDeepStrictEqual(plain(before), plain(after))) return false;
  store.put({ ...after, generation: store.nextGeneration(), lastModifiedAtMs: nowMs });
  return true;
}

/** Without what is undefined: a stored record may have lost those keys. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
