/** A bucket as a website: which object stands for a folder or an error, and which routing rule a visit meets. */

export interface Website {
  IndexDocument?: { Suffix: string; SupportSubDir?: boolean | undefined; Type?: number | undefined } | undefined;
  ErrorDocument?: { Key: string; HttpStatus?: number | undefined } | undefined;
  RoutingRules?: { RoutingRule: readonly RoutingRule[] } | undefined;
}

export interface RoutingRule {
  RuleNumber: number;
  Condition?: RoutingCondition | undefined;
  Redirect?: RoutingRedirect | undefined;
  LuaConfig?: { Script?: string | undefined } | undefined;
}

export interface RoutingCondition {
  KeyPrefixEquals?: string | undefined;
  KeySuffixEquals?: string | undefined;
  HttpErrorCodeReturnedEquals?: number | undefined;
  IncludeHeader: readonly HeaderCondition[];
}

export interface HeaderCondition {
  Key: string;
  Equals?: string | undefined;
  StartsWith?: string | undefined;
  EndsWith?: string | undefined;
}

export interface RoutingRedirect {
  RedirectType?: string | undefined;
  Protocol?: string | undefined;
  HostName?: string | undefined;
  HttpRedirectCode?: number | undefined;
  PassQueryString?: boolean | undefined;
  ReplaceKeyWith?: string | undefined;
  ReplaceKeyPrefixWith?: string | undefined;
  EnableReplacePrefix?: boolean | undefined;
}

export interface SiteVisit {
  key: string;
  headers: Readonly<Record<string, string>>;
  /** Undefined before anything was looked up: rules without a status come first. */
  status: number | undefined;
}

/** The page of a folder (`''` is the root); undefined for what is no folder. Help page "PutBucketWebsite": without SupportSubDir, every folder shows the root's. */
export function indexKey({ IndexDocument }: Website, key: string): string | undefined {
  if (!IndexDocument || (key !== '' && !key.endsWith('/'))) return undefined;
  return IndexDocument.SupportSubDir ? key + IndexDocument.Suffix : IndexDocument.Suffix;
}

/** The page of the folder that a key without its slash may mean. */
export function pageBelow({ IndexDocument }: Website, key: string): { key: string; isRedirect: boolean } | undefined {
  if (!IndexDocument?.SupportSubDir || IndexDocument.Type === 1 || key.endsWith('/')) return undefined;
  return { key: `${key}/${IndexDocument.Suffix}`, isRedirect: IndexDocument.Type !== 2 };
}

/** The rule of the lowest number whose conditions all hold. */
export function findRule({ RoutingRules }: Website, visit: SiteVisit): RoutingRule | undefined {
  const rules = [...(RoutingRules?.RoutingRule ?? [])].sort((a, b) => a.RuleNumber - b.RuleNumber);
  return rules.find((rule) => holds(rule.Condition, visit));
}

function holds(condition: RoutingCondition | undefined, { key, headers, status }: SiteVisit): boolean {
  if (condition?.HttpErrorCodeReturnedEquals !== status) return false;
  if (!key.startsWith(condition?.KeyPrefixEquals ?? '') || !key.endsWith(condition?.KeySuffixEquals ?? ''))
    return false;
  return (condition?.IncludeHeader ?? []).every(({ Key, Equals, StartsWith, EndsWith }) => {
    const value = headers[Key.toLowerCase()];
    if (value === undefined) return false;
    return (
      (Equals === undefined || value === Equals) && value.startsWith(StartsWith ?? '') && value.endsWith(EndsWith ?? '')
    );
  });
}

/** Literally, `${key}`. */
const KEY = '\u0024{key}';

/** What the rule makes of the key. UNVERIFIED OSS-129: that ReplaceKeyPrefixWith counts also without EnableReplacePrefix. */
export function replacedKey({ Condition, Redirect }: RoutingRule, key: string): string {
  if (Redirect?.ReplaceKeyWith !== undefined) return Redirect.ReplaceKeyWith.replaceAll(KEY, () => key);
  const { ReplaceKeyPrefixWith, EnableReplacePrefix } = Redirect ?? {};
  if (ReplaceKeyPrefixWith === undefined && !EnableReplacePrefix) return key;
  return (ReplaceKeyPrefixWith ?? '') + key.slice((Condition?.KeyPrefixEquals ?? '').length);
}
