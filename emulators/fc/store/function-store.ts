/** Keeps functions and their triggers. Absence is an answer here; no rule of the cloud is. */
import type { Database } from '../../../src/kernel/database.ts';
import type { FunctionDefinition, TriggerDefinition } from '../service/function-definition.ts';

export interface StoredFunction extends Omit<FunctionDefinition, 'triggers'> {
  functionId: string;
  /** Which template it came from: a later deploy of that template may change or remove it. */
  source: string;
  /** Absolute. */
  codeDir: string;
  codeChecksum: string;
  codeSizeBytes: number;
  /** Rises with every change of code or configuration; never the same again under one name. */
  generation: number;
  createdAtMs: number;
  lastModifiedAtMs: number;
}

export type TriggerOrigin = 'template' | 'api';

export interface StoredTrigger extends TriggerDefinition {
  functionName: string;
  triggerId: string;
  /** A template's triggers are what it says with every deploy. Undefined: kept before there were others. */
  madeBy?: TriggerOrigin;
  /** What the API was sent, letter by letter; undefined for a template's. */
  configText?: string;
  /** False for a trigger that is kept and shown but that nothing here fires. */
  isServed: boolean;
  createdAtMs: number;
  lastModifiedAtMs: number;
}

export interface FunctionStore {
  get(functionName: string): StoredFunction | undefined;
  /** By name. */
  list(): StoredFunction[];
  /** Functions in name order from after `name`, lazily. */
  after(name: string): Iterable<StoredFunction>;
  trigger(functionName: string, triggerName: string): StoredTrigger | undefined;
  /** By name. */
  triggersOf(functionName: string): StoredTrigger[];
  triggers(): StoredTrigger[];
  /** The four below write inside the caller's transaction. */
  put(record: StoredFunction): void;
  remove(functionName: string): void;
  putTrigger(trigger: StoredTrigger): void;
  removeTrigger(trigger: Pick<StoredTrigger, 'functionName' | 'triggerName'>): void;
  /** A number for a function's next generation, in the caller's transaction. */
  nextGeneration(): number;
}

/** Of functions those that are called now. */
const FUNCTIONS_REMEMBERED_MAX = 200;

export function openFunctionStore(database: Database): FunctionStore {
  const functions = database.table('fc.functions', {
    parse: (stored) => stored as StoredFunction,
    rowsMax: FUNCTIONS_REMEMBERED_MAX,
  });
  const triggers = database.table<StoredTrigger>('fc.triggers');
  const counters = database.table<number>('fc.counters');
  return {
    get: (functionName) => functions.get(functionName),
    list: () => Array.from(functions.range(), ({ value }) => value),
    *after(name) {
      for (const { value } of functions.range({ start: name, exclusiveStart: true })) yield value;
    },
    trigger: (functionName, triggerName) => triggers.get([functionName, triggerName]),
    triggersOf(functionName) {
      const found: StoredTrigger[] = [];
      for (const { value } of triggers.range({ start: [functionName] })) {
        if (value.functionName !== functionName) break;
        found.push(value);
      }
      return found;
    },
    triggers: () => Array.from(triggers.range(), ({ value }) => value),
    put: (record) => functions.put(record.functionName, record),
    remove: (functionName) => functions.remove(functionName),
    putTrigger: (trigger) => triggers.put([trigger.functionName, trigger.triggerName], trigger),
    removeTrigger: ({ functionName, triggerName }) => triggers.remove([functionName, triggerName]),
    nextGeneration() {
      const next = (counters.get('generation') ?? 0) + 1;
      counters.put('generation', next);
      return next;
    },
  };
}
