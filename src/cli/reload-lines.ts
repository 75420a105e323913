/** What `localyun start` says in the terminal when code or a template was saved. */
import type { FunctionChange, Reload } from '../stack.ts';

export function reloadLines(reload: Reload): string {
  return `${linesOf(reload).join('\n')}\n`;
}

function linesOf(reload: Reload): string[] {
  switch (reload.is) {
    case 'code':
      return [`↻ ${reload.functionName}: the code changed; the next call runs the new code.`];
    case 'template': {
      const { file, changes, warnings } = reload;
      const said = changes.map(describe).join('; ') || 'nothing that is deployed changed';
      return [`↻ ${file}: ${said}.`, ...warnings.map((warning) => `  warning: ${warning}`)];
    }
    case 'refused':
      return [
        `✗ ${reload.file} was saved, but is not taken; what was deployed before stays:`,
        ...reload.problems.map((problem) => `  ${problem}`),
      ];
    default:
      return reload satisfies never;
  }
}

function describe({ functionName, is, what }: FunctionChange): string {
  switch (is) {
    case 'added':
      return `${functionName} is new`;
    case 'changed':
      return `${functionName} changed (${what.join(', ')})`;
    case 'removed':
      return `${functionName} is gone`;
    default:
      return is satisfies never;
  }
}
