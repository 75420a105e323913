/** Turns what a schema complains about into problems a person can mend. */
import { z } from 'zod';
import { suggest } from './nearest.ts';
import type { Findings, TemplatePath } from './problem.ts';

export interface Checked {
  schema: z.ZodType;
  value: unknown;
  /** Where the value stands in the template. */
  path: TemplatePath;
  findings: Findings;
}

/** One problem a value: 100 is both too small and no multiple of 64, and one mend serves for both. */
export function reportIssues(error: z.ZodError, checked: Checked): void {
  const told = new Set<string>();
  for (const issue of error.issues) {
    const where = `${issue.code === 'unrecognized_keys'} ${issue.path.map(String).join('.')}`;
    if (!told.has(where)) reportIssue(issue, checked);
    told.add(where);
  }
}

function reportIssue(issue: z.core.$ZodIssue, { schema, value, path, findings }: Checked): void {
  const at = [...path, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
  const key = String(at.at(-1));
  const found = foundAt(value, issue.path);
  if (issue.code === 'unrecognized_keys') {
    const known = keysOf(schema, issue.path);
    for (const unknown of issue.keys)
      findings.problem([...at, unknown], `Unknown key "${unknown}".`, suggest(unknown, known));
    return;
  }
  if (found === undefined) findings.problem(at, `${key} is missing.`);
  else if (issue.code === 'invalid_value' && typeof found === 'string')
    findings.problem(at, `${key} can't be "${found}".`, suggest(found, issue.values.map(String)));
  else findings.problem(at, `${key} can't be ${JSON.stringify(found)}: ${expectation(issue)}.`);
}

/** What was wanted, in words: of a union whichever member says most. */
function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return `${issue.expected} expected`;
  if (issue.code !== 'invalid_union') return issue.message;
  const inner = issue.errors.map(([first]) => first).filter((first) => first !== undefined);
  const telling = inner.find(({ code }) => code !== 'invalid_type') ?? inner[0];
  return telling === undefined ? issue.message : expectation(telling);
}

function foundAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value;
  for (const step of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = (found as Record<PropertyKey, unknown>)[step];
  }
  return found;
}

/** The keys of the strict object at `path` of a schema. */
function keysOf(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let current = bare(schema);
  for (const step of path) {
    if (current instanceof z.ZodObject) current = bare(current.shape[String(step)] as z.ZodType | undefined);
    else if (current instanceof z.ZodArray) current = bare(current.element as z.ZodType);
    else return [];
  }
  return current instanceof z.ZodObject ? Object.keys(current.shape) : [];
}

/** Without what only says optional or default; of a union, the object in it. */
function bare(schema: z.ZodType | undefined): z.ZodType | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return bare(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodUnion)
    return bare(schema.options.find((option) => option instanceof z.ZodObject) as z.ZodType);
  return schema;
}
