/** What is deployed, and kept up to date: templates are deployed anew when they are saved, code is taken up when it changes. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Settled } from '../../../src/kernel/settled.ts';
import { BACKGROUND_DELAY_MS } from '../limits.ts';
import type { FunctionChange } from './changes.ts';
import { type DeployNeeds, type DeployReport, deploy } from './deploy.ts';
import { reloadCode } from './reload.ts';
import { readTemplates, type TemplateFile } from './templates.ts';
import { codeScope, createWatch, fileScope, type WatchNeeds } from './watch.ts';

export interface DeploymentNeeds extends DeployNeeds, Pick<WatchNeeds, 'logger'> {
  settled: Settled;
  /** Takes up what is saved. */
  watch: boolean;
  onReload?: ((reload: Reload) => void) | undefined;
  /** A deploy was taken. */
  onDeployed(report: DeployReport): void;
  /** These functions have new code. */
  onNewCode(functionNames: readonly string[]): void;
}

/** What came of a save. */
export type Reload =
  | { is: 'code'; functionName: string; file: string }
  /** With the warnings that are new. */
  | { is: 'template'; file: string; changes: FunctionChange[]; warnings: string[] }
  /** The template is broken: what was deployed before stays. */
  | { is: 'refused'; file: string; problems: string[] };

export interface Deployments {
  deploy(
    templates: readonly TemplateFile[],
    env: (name: string) => string | undefined,
    options?: { keepOthers?: boolean },
  ): Promise<DeployReport>;
  /** As they were taken last. */
  templates(): TemplateFile[];
  /** Of the deploy that was taken last. */
  warnings(): readonly string[];
  /** Watches what is deployed by now, a moment later: it would only slow a start down. */
  follow(): void;
  watching(): Promise<void>;
  close(): Promise<void>;
}

export function createDeployments(needs: DeploymentNeeds): Deployments {
  const { clock, logger, settled, store, database, onReload } = needs;
  const taken = new Map<string, TemplateFile>();
  /** Saved last in a form that was not taken. */
  const refused = new Set<string>();
  let warned: readonly string[] = [];
  let surroundings: (name: string) => string | undefined = () => undefined;
  let isOpen = true;
  let following = Promise.resolve();
  let turn: Promise<unknown> = Promise.resolve();

  const watched = { clock, logger, settled };
  const code = createWatch({
    ...watched,
    scopeOf: codeScope,
    onChange: takeCode,
    onReady: (path) => takeCode(path, ''),
  });
  const files = createWatch({ ...watched, scopeOf: fileScope, onChange: takeTemplate, onReady: takeTemplate });

  /** One deploy after the other: a save, a reset and a command may come at once. */
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const next = turn.then(work);
    turn = next.catch(() => undefined);
    return next;
  }

  async function deployNow(templates: readonly TemplateFile[], isReplaced: (source: string) => boolean) {
    const read = await readTemplates(templates, { ...needs, env: surroundings });
    if (read.problems.length > 0) return { ...read, changed: [], removed: [], changes: [] };
    const report = await deploy(needs, read.functions, isReplaced);
    if (report.problems.length > 0) return report;
    for (const template of templates) taken.set(template.path, template);
    needs.onDeployed(report);
    follow();
    const warnings = [...read.warnings, ...report.warnings];
    warned = warnings;
    return { ...report, warnings };
  }

  async function takeCode(codeDir: string, file: string): Promise<void> {
    const names = await reloadCode({ clock, database, store }, codeDir);
    needs.onNewCode(names);
    for (const functionName of names) tell({ is: 'code', functionName, file });
  }

  async function takeTemplate(path: string): Promise<void> {
    const file = basename(path);
    await inTurn(async () => {
      const before = taken.get(path);
      const text = await readFile(path, 'utf8').catch(() => undefined);
      if (!before || !isOpen || (text === before.text && !refused.delete(path))) return;
      if (text === undefined) return refuse(path, [`${path} can't be read any more.`]);
      const templates = [...taken.values()].map((each) => (each === before ? { ...before, text } : each));
      const known = new Set(warned);
      const { problems, changes, warnings: all } = await deployNow(templates, (source) => taken.has(source));
      const warnings = all.filter((warning) => !known.has(warning));
      if (problems.length > 0) return refuse(path, problems);
      refused.delete(path);
      tell({ is: 'template', file, changes, warnings });
    });
  }

  function refuse(path: string, problems: string[]): void {
    refused.add(path);
    tell({ is: 'refused', file: basename(path), problems });
  }

  /** Whoever listens tells it in the user's own terminal, where the log goes too: once is enough. */
  function tell(reload: Reload): void {
    if (onReload) onReload(reload);
    else if (reload.is === 'code') logger.info(`reloaded ${reload.functionName}`, { file: reload.file });
    else if (reload.is === 'template') logger.info(`deployed ${reload.file} anew`, { changes: reload.changes });
    else logger.error(`${reload.file} is not taken; what was deployed stays`, { problems: reload.problems });
  }

  function follow(): void {
    if (!needs.watch) return;
    following = new Promise((resolve) => {
      clock.afterHostMs(BACKGROUND_DELAY_MS, () => {
        if (isOpen) {
          code.follow(store.list().map(({ codeDir }) => codeDir));
          files.follow(taken.keys());
        }
        resolve();
      });
    });
  }

  return {
    deploy: (templates, env, { keepOthers = false } = {}) =>
      inTurn(async () => {
        const paths = new Set(templates.map(({ path }) => path));
        surroundings = env;
        const report = await deployNow(templates, (source) => !keepOthers || paths.has(source));
        if (report.problems.length === 0 && !keepOthers)
          for (const path of taken.keys()) if (!paths.has(path)) taken.delete(path);
        return report;
      }),
    templates: () => [...taken.values()],
    warnings: () => warned,
    follow,
    async watching() {
      await following;
      await Promise.all([code.ready(), files.ready()]);
    },
    async close() {
      isOpen = false;
      await Promise.all([code.close(), files.close()]);
    },
  };
}
