/** What is wrong in a template: where it stands, and what would mend it. */
import { isMap, isNode, isScalar, isSeq, type LineCounter, type Node, type Pair } from 'yaml';

export type TemplatePath = readonly (string | number)[];

export interface TemplateProblem {
  file: string;
  line: number;
  column: number;
  /** `resources.thumbs.props.timeout`; empty for the file as a whole. */
  path: string;
  message: string;
  /** One sentence: what to write instead. */
  mend: string;
}

/** The problem on one line, as editors and terminals link it. */
export function describeProblem({ file, line, column, path, message, mend }: TemplateProblem): string {
  return `${file}:${line}:${column} ${path === '' ? '' : `${path}: `}${message}${mend === '' ? '' : ` ${mend}`}`;
}

export interface Findings {
  problems: TemplateProblem[];
  warnings: TemplateProblem[];
  problem(path: TemplatePath, message: string, mend?: string): void;
  warn(path: TemplatePath, message: string, mend?: string): void;
}

export interface TemplateText {
  file: string;
  root: Node | null;
  lines: LineCounter;
}

export function createFindings(text: TemplateText): Findings {
  const problems: TemplateProblem[] = [];
  const warnings: TemplateProblem[] = [];
  const finding = (path: TemplatePath, message: string, mend = ''): TemplateProblem => {
    const { line, col } = text.lines.linePos(offsetOf(text.root, path));
    return { file: text.file, line, column: col, path: path.join('.'), message, mend };
  };
  return {
    problems,
    warnings,
    problem: (...what) => void problems.push(finding(...what)),
    warn: (...what) => void warnings.push(finding(...what)),
  };
}

/** Where the key of this path stands; for what was never written, where its nearest parent does. */
function offsetOf(root: Node | null, path: TemplatePath): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair: Pair | undefined = node.items.find(({ key }) => keyText(key) === String(step));
      if (!pair) return offset;
      offset = rangeStart(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = rangeStart(node) ?? offset;
    } else {
      return offset;
    }
  }
  return offset;
}

function keyText(key: unknown): string {
  return String(isScalar(key) ? key.value : key);
}

function rangeStart(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
