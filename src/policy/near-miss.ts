/** Why nothing allowed it: the statement that comes nearest to allowing, in words. */
import { isObject } from './conditions.ts';
import type { CompiledStatement } from './grammar.ts';
import type { CompiledPolicy } from './ram-policy.ts';

interface Question {
  action: string;
  resource: string;
}

interface NearMiss {
  /** The higher, the less is missing. */
  weight: number;
  /** Goes on after "statement 0 of my-policy". */
  text: string;
}

/** How many patterns of one element are named before the rest is counted. */
const NAMED_MAX = 3;

/** `statement 0 of my-policy allows it on acs:oss:*:*:photos/* only`; undefined when no statement is about it at all. */
export function nearMiss(policies: readonly CompiledPolicy[], question: Question): string | undefined {
  let nearest: NearMiss | undefined;
  let where = '';
  for (const policy of policies) {
    for (const [index, statement] of policy.statements.entries()) {
      const near = statement.effect === 'Allow' ? missed(statement, question) : undefined;
      if (!near || (nearest && near.weight <= nearest.weight)) continue;
      nearest = near;
      where = `statement ${index} of ${policy.name}`;
    }
  }
  return nearest && `${where} ${nearest.text}`;
}

function missed(statement: CompiledStatement, { action, resource }: Question): NearMiss | undefined {
  const source = isObject(statement.source) ? statement.source : {};
  const isAction = statement.matchesAction(action.toLowerCase());
  const isResource = statement.matchesResource(resource);
  if (isAction && isResource) return { weight: 3, text: 'would, but its Condition does not hold' };
  if (isAction)
    return {
      weight: 2,
      text: source.Resource ? `allows it on ${named(source.Resource)} only` : 'excludes it by NotResource',
    };
  if (!isResource) return undefined;
  if (source.NotAction) return { weight: 1, text: 'excludes it by NotAction' };
  const service = action.slice(0, action.indexOf(':') + 1).toLowerCase();
  const related = patterns(source.Action).filter((pattern) => pattern.toLowerCase().startsWith(service));
  return related.length > 0 ? { weight: 1, text: `allows ${named(related)} there` } : undefined;
}

function named(element: unknown): string {
  const list = patterns(element);
  const more = list.length - NAMED_MAX;
  const shown = list.slice(0, NAMED_MAX).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}

function patterns(element: unknown): string[] {
  return (Array.isArray(element) ? element : [element]).map(String);
}
