/** Makes, changes and removes triggers by API: held to what holds for a template's, and told by the same fact. */
import type { Database } from '../../../src/kernel/database.ts';
import { FcError } from '../errors.ts';
import { TRIGGERS_PER_FUNCTION_MAX } from '../limits.ts';
import type { StoredTrigger } from '../store/function-store.ts';
import { triggerConfigSchema, triggerProblem, unservedTrigger } from '../triggers/trigger-types.ts';
import type { TriggerDefinition } from './function-definition.ts';
import { requireFunction, requireTrigger } from './functions.ts';
import type { ValidateFilterPattern } from './inspect.ts';
import { dropTrigger, keepTrigger, type TriggerKeeping } from './keep-triggers.ts';
import { type ConfigText, keepEventSource, readConfigText } from './trigger-config-text.ts';

export interface TriggerInput extends Omit<TriggerDefinition, 'triggerConfig'> {
  functionName: string;
  /** JSON text. */
  triggerConfig: string;
}

export interface TriggerChange {
  functionName: string;
  triggerName: string;
  /** What is undefined stays as it is. */
  triggerConfig: string | undefined;
  qualifier: string | undefined;
  description: string | undefined;
  invocationRole: string | undefined;
}

export interface Triggers {
  create(input: TriggerInput): Promise<StoredTrigger>;
  update(change: TriggerChange): Promise<StoredTrigger>;
  delete(name: { functionName: string; triggerName: string }): Promise<void>;
}

export interface TriggerNeeds extends TriggerKeeping {
  database: Database;
  validateFilterPattern: ValidateFilterPattern;
  /** The triggers are others now; resolves once the other rooms know of it too. */
  onChanged(): Promise<void>;
}

export function createTriggers(needs: TriggerNeeds): Triggers {
  const { database, store, validateFilterPattern, onChanged } = needs;

  async function change<Result>(work: () => Result): Promise<Result> {
    const result = await database.transact(work);
    // Who has the answer may look for the rule at once.
    await onChanged();
    return result;
  }

  function checkPlace({ functionName, triggerName, qualifier }: TriggerInput): void {
    requireFunction(store, functionName, qualifier);
    if (store.trigger(functionName, triggerName))
      throw new FcError('TriggerAlreadyExists', { functionName, triggerName });
    if (store.triggersOf(functionName).length < TRIGGERS_PER_FUNCTION_MAX) return;
    throw new FcError('LimitExceeded', {
      reason: `function '${functionName}' has ${TRIGGERS_PER_FUNCTION_MAX} triggers, and may have no more`,
    });
  }

  return {
    async create(input) {
      const { functionName, triggerConfig: text, ...rest } = input;
      checkPlace(input);
      const { config } = readConfigText(text);
      const definition = { ...rest, triggerConfig: config };
      checkTrigger(definition, validateFilterPattern);
      return change(() => {
        // Again, for another call may have come first.
        checkPlace(input);
        return keepTrigger(needs, definition, { functionName, madeBy: 'api', configText: text });
      });
    },
    async update({ functionName, triggerName, triggerConfig, ...rest }) {
      requireFunction(store, functionName, rest.qualifier);
      const sent = triggerConfig === undefined ? undefined : readConfigText(triggerConfig);
      return change(() => {
        const before = requireTrigger(store, functionName, triggerName);
        const { config, text } = sent === undefined ? kept(before) : keepEventSource(before, sent);
        const definition: TriggerDefinition = {
          ...{ triggerName, triggerType: before.triggerType, sourceArn: before.sourceArn, triggerConfig: config },
          qualifier: rest.qualifier || before.qualifier,
          description: rest.description ?? before.description,
          invocationRole: rest.invocationRole ?? before.invocationRole,
        };
        checkTrigger(definition, validateFilterPattern);
        const { madeBy = 'template' } = before;
        return keepTrigger(needs, definition, {
          ...{ functionName, madeBy },
          ...(text === undefined ? {} : { configText: text }),
        });
      });
    },
    delete: ({ functionName, triggerName }) =>
      change(() => dropTrigger(needs, requireTrigger(store, functionName, triggerName))),
  };
}

function kept({ triggerConfig, configText }: StoredTrigger): ConfigText {
  return { config: triggerConfig, text: configText };
}

/** A template may hold what is not served, with a warning that everybody reads; a call that asks for it is refused. */
function checkTrigger(definition: TriggerDefinition, validateFilterPattern: ValidateFilterPattern): void {
  const { triggerType, triggerConfig } = definition;
  const problem = triggerProblem(definition);
  if (problem) throw new FcError('InvalidArgument', { reason: problem.message });
  const issue = triggerConfigSchema(triggerType)?.safeParse(triggerConfig).error?.issues[0];
  if (issue) {
    const where = ['triggerConfig', ...issue.path.map(String)].join('.');
    throw new FcError('InvalidArgument', { reason: `${where} is not valid: ${issue.message}` });
  }
  const unserved = unservedTrigger(definition);
  if (unserved !== undefined) throw new FcError('NotImplemented', { message: unserved });
  if (triggerType !== 'eventbridge') return;
  const verdict = validateFilterPattern(JSON.parse(String(triggerConfig.eventRuleFilterPattern ?? '{}')));
  if (!verdict.ok) throw new FcError('InvalidArgument', { reason: `eventRuleFilterPattern: ${verdict.message}` });
}
