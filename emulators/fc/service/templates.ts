/** Reads the templates of one deploy: all their functions, or everything that is wrong with them. */
import type { Deployed } from './deploy.ts';
import { parseServerlessDevs } from './serverless-devs/parse.ts';
import { describeProblem } from './serverless-devs/problem.ts';

export interface TemplateFile {
  path: string;
  text: string;
  /** What code folders are relative to. */
  folder: string;
}

export interface TemplateSurroundings {
  env(name: string): string | undefined;
  accountId: string;
  region: string;
}

export interface ReadTemplates {
  functions: Deployed[];
  problems: string[];
  warnings: string[];
}

export function readTemplates(
  templates: readonly TemplateFile[],
  { env, accountId, region }: TemplateSurroundings,
): ReadTemplates {
  const read: ReadTemplates = { functions: [], problems: [], warnings: [] };
  // Serverless Devs' access alias knows more; the rest are secrets nobody needs here.
  const known: Readonly<Record<string, string>> = { AccountID: accountId, Region: region };
  const config = (name: string) => (Object.hasOwn(known, name) ? known[name] : undefined);
  for (const { path, text, folder } of templates) {
    const parsed = parseServerlessDevs({ text, path, env, config });
    if (!parsed.ok) {
      read.problems.push(...parsed.problems.map(describeProblem));
      continue;
    }
    read.warnings.push(...parsed.warnings.map(describeProblem));
    read.functions.push(...parsed.functions.map((definition) => ({ definition, source: path, baseDir: folder })));
  }
  return read;
}
