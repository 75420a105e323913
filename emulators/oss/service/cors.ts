/** Which pages of other origins may call a bucket: the rules, and what a request gets to hear of them. */
import { z } from 'zod';
import { OssError } from '../errors.ts';
import { CORS_MAX_AGE_SECONDS_MAX, CORS_RULES_MAX } from '../limits.ts';
import type { DocumentKind } from './documents.ts';

const METHODS = ['GET', 'PUT', 'DELETE', 'POST', 'HEAD'] as const;

const corsRule = z.object({
  allowedOrigins: z.array(z.string()),
  allowedMethods: z.array(z.enum(METHODS)),
  allowedHeaders: z.array(z.string()),
  exposeHeaders: z.array(z.string()),
  maxAgeSeconds: z.number().optional(),
});
const corsDocument = z.object({ rules: z.array(corsRule), responseVary: z.boolean() });

export type CorsRule = z.output<typeof corsRule>;
export type CorsDocument = z.output<typeof corsDocument>;
export const CORS: DocumentKind<CorsDocument> = { kind: 'cors', schema: corsDocument };

/** A rule as somebody wrote it: texts, not looked at yet. */
export interface CorsRuleDraft {
  allowedOrigins: readonly string[];
  allowedMethods: readonly string[];
  allowedHeaders?: readonly string[] | undefined;
  exposeHeaders?: readonly string[] | undefined;
  maxAgeSeconds?: number | undefined;
}

/** Help page "PutBucketCors": the limits of a rule and of their number. */
export function checkCors(drafts: readonly CorsRuleDraft[], responseVary: boolean): CorsDocument {
  // UNVERIFIED OSS-070: the code and wording of a configuration with no rule, or with too many.
  if (drafts.length === 0 || drafts.length > CORS_RULES_MAX)
    throw new OssError('InvalidCORSRule', {
      message: `A CORS configuration has 1 to ${CORS_RULES_MAX} rules, not ${drafts.length}.`,
    });
  return { rules: drafts.map(checkRule), responseVary };
}

function checkRule(draft: CorsRuleDraft): CorsRule {
  const { allowedOrigins, allowedMethods, allowedHeaders = [], exposeHeaders = [], maxAgeSeconds } = draft;
  if (allowedOrigins.length === 0) throw invalidRule('A rule needs an AllowedOrigin.');
  if (allowedMethods.length === 0) throw invalidRule('A rule needs an AllowedMethod.');
  for (const pattern of [...allowedOrigins, ...allowedHeaders]) {
    if (pattern === '') throw invalidRule('An AllowedOrigin or AllowedHeader is empty.');
    if (pattern.split('*').length > 2) throw invalidRule(`${pattern} has more than one *.`);
  }
  for (const header of exposeHeaders)
    if (header === '' || header.includes('*')) throw invalidRule(`The ExposeHeader ${header} must name one header.`);
  if (maxAgeSeconds !== undefined && !isMaxAge(maxAgeSeconds))
    // oss2 2.19 tests: the code and both elements.
    throw new OssError('InvalidArgument', {
      message: `MaxAgeSeconds is a whole number from 0 to ${CORS_MAX_AGE_SECONDS_MAX}.`,
      argumentName: 'MaxAgeSeconds',
      argumentValue: String(maxAgeSeconds),
    });
  return {
    allowedOrigins: [...allowedOrigins],
    allowedMethods: allowedMethods.map(toMethod),
    // alibabacloud-oss-python-sdk-v2 1.3 tests: they are read back in lower case.
    allowedHeaders: allowedHeaders.map((header) => header.toLowerCase()),
    exposeHeaders: [...exposeHeaders],
    ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds }),
  };
}

function isMaxAge(seconds: number): boolean {
  return Number.isInteger(seconds) && seconds >= 0 && seconds <= CORS_MAX_AGE_SECONDS_MAX;
}

function toMethod(text: string): (typeof METHODS)[number] {
  const found = METHODS.find((method) => method === text);
  if (!found) throw invalidRule(`The AllowedMethod ${text} is none of ${METHODS.join(', ')}.`);
  return found;
}

function invalidRule(message: string): OssError {
  return new OssError('InvalidCORSRule', { message });
}

export interface CrossOrigin {
  origin: string;
  method: string;
  /** Lower case; those that a preflight asks for. */
  headers: readonly string[];
}

/** The first rule that lets this through. */
export function matchCors({ rules }: CorsDocument, { origin, method, headers }: CrossOrigin): CorsRule | undefined {
  return rules.find(
    (rule) =>
      rule.allowedMethods.some((allowed) => allowed === method) &&
      rule.allowedOrigins.some((pattern) => fits(pattern, origin)) &&
      headers.every((header) =>
        rule.allowedHeaders.some((pattern) => fits(pattern.toLowerCase(), header.toLowerCase())),
      ),
  );
}

/** One star stands for anything; a pattern has no second one. */
function fits(pattern: string, text: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === text;
  const end = pattern.slice(star + 1);
  return text.length >= pattern.length - 1 && text.startsWith(pattern.slice(0, star)) && text.endsWith(end);
}
