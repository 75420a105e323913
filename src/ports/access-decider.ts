/** Port: may this principal do this? Answered by the RAM room, which also keeps the refusals with their reasons. */
import type { Principal } from '../kernel/principal.ts';

export interface AccessQuestion {
  principal: Principal;
  /** `oss:PutObject`. */
  action: string;
  /** `acs:oss:*:<account>:bucket/key`. */
  resource: string;
  /** Condition keys: `acs:SourceIp`, `acs:SecureTransport`, `acs:CurrentTime`, `oss:Prefix` … */
  context: Readonly<Record<string, string>>;
  /** Where it was asked: kept with a refusal. */
  requestId: string;
  operation: string;
  /** Something besides RAM (an ACL) lets the caller in unless a statement denies: `none` is then no refusal. */
  isOpenOtherwise?: boolean;
  /** What the resource's own policy says: its deny counts whatever else allows, its allow unless the session's own policy forbids. */
  resourceDecision?: AccessDecision | undefined;
}

export interface AccessDecision {
  effect: 'allow' | 'deny' | 'none';
  /** The statement that decided, when one did. */
  statement: DecidingStatement | undefined;
  /** One sentence: which statement decided, or that none allowed it. */
  reason: string;
}

export interface DecidingStatement {
  policyName: string;
  policyType: 'Custom' | 'System' | 'Session' | 'Trust' | 'Bucket';
  /** Position in the document, from 0. */
  index: number;
  statement: unknown;
}

export interface AccessDecider {
  /** Anonymous principals get `none`; account principals `allow` in their own account. What ends in a refusal is recorded as a denial. */
  decide(question: AccessQuestion): AccessDecision;
}

/** A refused call, for `GET /_localyun/denials`. */
export interface Denial {
  at: string;
  requestId: string;
  operation: string;
  principal: Principal;
  action: string;
  resource: string;
  effect: 'deny' | 'none';
  /** Policies that were looked at. */
  policies: string[];
  statement: DecidingStatement | undefined;
  reason: string;
  /** The smallest statement that would allow it; with a principal it belongs into the policy of what is asked for. */
  suggestion: { Effect: 'Allow'; Action: string[]; Resource?: string[]; Principal?: { RAM: string[] } };
}

export interface DenialLog {
  list(limit: number): Denial[];
}
