/** May this principal do this? The account may; a role's session may what its role's policies and its own allow both. */
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Principal } from '../../../src/kernel/principal.ts';
import { nearMiss } from '../../../src/policy/near-miss.ts';
import {
  type CompiledPolicy,
  evaluate,
  hasConditions,
  type PolicyAnswer,
  suggestStatement,
} from '../../../src/policy/ram-policy.ts';
import type { AccessDecider, AccessDecision, AccessQuestion } from '../../../src/ports/access-decider.ts';
import type { DenialJournal } from './denials.ts';
import type { Directory } from './directory.ts';
import type { Sessions } from './sessions.ts';

export interface DeciderNeeds {
  clock: Clock;
  directory: Directory;
  sessions: Sessions;
  denials: DenialJournal;
  accountId: string;
}

interface Answer extends AccessDecision {
  considered: readonly string[];
  /** A resource's own policy can't add to it. */
  isFinal?: boolean;
}

/** Truthful whatever `auth` says: what follows from a refusal is the asking room's to decide. */
export function createDecider({ clock, directory, sessions, denials, accountId }: DeciderNeeds): AccessDecider {
  function decide(question: AccessQuestion): AccessDecision {
    const { effect, statement, reason, considered } = combine(answer(question), question.resourceDecision);
    if (effect === 'deny' || (effect === 'none' && !question.isOpenOtherwise)) {
      const { principal, action, resource, requestId, operation } = question;
      const at = clock.now().toISOString();
      const suggestion = suggestStatement(question);
      const facts = { at, requestId, operation, principal, action, resource };
      denials.add({ ...facts, effect, policies: [...considered], statement, reason, suggestion });
    }
    return { effect, statement, reason };
  }

  function answer(question: AccessQuestion): Answer {
    const { principal } = question;
    switch (principal.type) {
      case 'anonymous':
        return none('An anonymous caller has no policies.');
      case 'account':
        return principal.accountId === accountId
          ? {
              effect: 'allow',
              statement: undefined,
              reason: 'The account may do everything of its own.',
              considered: [],
            }
          : none(`The account ${principal.accountId} is not the owner, ${accountId}.`);
      case 'user':
        return none(`The RAM user ${principal.userName} is not known here: RAM users are not served yet.`);
      case 'role':
        return roleAnswer(question, principal);
    }
  }

  function roleAnswer(question: AccessQuestion, principal: Extract<Principal, { type: 'role' }>): Answer {
    const { roleName, roleId, accessKeyId } = principal;
    const role = directory.role(roleName);
    if (!role || role.roleId !== roleId)
      return none(`The role ${roleName} of this session does not exist any more.`, { isFinal: true });
    const session = sessions.find(accessKeyId);
    if (!session)
      return none(`The session ${principal.sessionName} of role ${roleName} is not known any more.`, {
        isFinal: true,
      });

    // Help page "How RAM evaluates policies": the session's own policy first; where it does not allow, nothing does.
    const limit = session.policy && ask([session.policy], question);
    if (session.policy && limit && limit.effect !== 'allow')
      return {
        ...explain(limit, question, {
          who: `The session policy of ${principal.sessionName} does not allow`,
          policies: [session.policy],
        }),
        isFinal: true,
      };
    return explain(ask(role.policies, question), question, {
      who: `No policy of role ${role.roleName} allows`,
      policies: role.policies,
    });
  }

  function ask(policies: readonly CompiledPolicy[], { action, resource, context }: AccessQuestion): PolicyAnswer {
    if (context['acs:CurrentTime'] !== undefined || !hasConditions(policies))
      return evaluate(policies, action, resource, context);
    return evaluate(policies, action, resource, { ...context, 'acs:CurrentTime': clock.now().toISOString() });
  }

  return { decide };
}

/** Help page "How RAM evaluates policies": a deny anywhere, else an allow anywhere. */
function combine(own: Answer, resource: AccessDecision | undefined): Answer {
  if (!resource || own.effect === 'deny') return own;
  const counts = resource.effect === 'deny' || (resource.effect === 'allow' && own.effect === 'none' && !own.isFinal);
  if (!counts) return own;
  const name = resource.statement?.policyName;
  return { ...resource, considered: [...own.considered, ...(name === undefined ? [] : [name])] };
}

function none(reason: string, { isFinal = false }: { isFinal?: boolean } = {}): Answer {
  return { effect: 'none', statement: undefined, reason, considered: [], isFinal };
}

interface Asked {
  /** How the sentence begins when no statement spoke of it. */
  who: string;
  policies: readonly CompiledPolicy[];
}

function explain(answer: PolicyAnswer, { action, resource }: AccessQuestion, { who, policies }: Asked): Answer {
  const { effect, statement, considered } = answer;
  const what = `${action} on ${resource}`;
  if (statement) {
    const verb = effect === 'allow' ? 'allows' : 'denies';
    const reason = `Statement ${statement.index} of ${statement.policyName} ${verb} ${what}.`;
    return { effect, statement, considered, reason };
  }
  const looked = considered.length === 0 ? 'it has none' : `policies looked at: ${considered.join(', ')}`;
  const near = nearMiss(policies, { action, resource });
  const reason = `${who} ${what}; ${looked}${near ? `; the nearest: ${near}` : ''}.`;
  return { effect, statement, considered, reason };
}
