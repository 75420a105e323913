/** The paths that any rule asks about, as a tree: an event is walked along it once, whatever the number of rules. */
import { mayHaveMembers } from './compiled-pattern.ts';
import type { FieldIndex, MatchRun } from './field-index.ts';
import { createFieldIndex } from './field-index.ts';

export interface PathNode {
  readonly children: Map<string, PathNode>;
  field: FieldIndex | undefined;
}

export function createPathNode(): PathNode {
  return { children: new Map(), field: undefined };
}

/** The field's index, made on first use together with the way to it. */
export function ensureField(root: PathNode, path: readonly string[]): FieldIndex {
  let node = root;
  for (const key of path) {
    const child = node.children.get(key) ?? createPathNode();
    node.children.set(key, child);
    node = child;
  }
  node.field ??= createFieldIndex();
  return node.field;
}

export function findField(root: PathNode, path: readonly string[]): FieldIndex | undefined {
  let node: PathNode | undefined = root;
  for (const key of path) node = node?.children.get(key);
  return node?.field;
}

/** Takes out a field nobody asks about any more, and the nodes that led only there. */
export function pruneField(node: PathNode, path: readonly string[], depth = 0): void {
  const key = path[depth];
  if (key === undefined) {
    if (node.field?.isEmpty) node.field = undefined;
    return;
  }
  const child = node.children.get(key);
  if (!child) return;
  pruneField(child, path, depth + 1);
  if (!child.field && child.children.size === 0) node.children.delete(key);
}

/** Below this many known keys they are looked up one by one, without listing the event's own keys first. */
const KEYS_LOOKED_UP_MAX = 32;

/** As deep as the deepest pattern, never as deep as the event. */
export function walkEvent(node: PathNode, value: unknown, run: MatchRun): void {
  node.field?.collect(value, run);
  if (node.children.size === 0 || !mayHaveMembers(value)) return;

  const keys = node.children.size > KEYS_LOOKED_UP_MAX ? Object.keys(value) : undefined;
  if (keys && keys.length < node.children.size) {
    for (const key of keys) {
      run.steps += 1;
      const child = node.children.get(key);
      if (child) walkEvent(child, value[key], run);
    }
    return;
  }
  for (const [key, child] of node.children) {
    run.steps += 1;
    if (Object.hasOwn(value, key)) walkEvent(child, value[key], run);
  }
}
