/** Reads the templates of one deploy: all their functions, or everything that is wrong with them. */
import type { Deployed } from './deploy.ts';
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

export async function readTemplates(
  templates: readonly TemplateFile[],
  { env, accountId, region }: TemplateSurroundings,
): Promise<ReadTemplates> {
  const read: ReadTemplates = { functions: [], problems: [], warnings: [] };
  if (templates.length === 0) return read;
  // Its many schemas are made only where there is a template to hold against them.
  const { parseServerlessDevs } = await import('./serverless-devs/parse.ts');
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
