/** The conditions that rules share, by path and by what they want: equal ones are found without one long text of both. */
import type { FieldCondition } from './compiled-pattern.ts';

export interface ConditionTree<Condition> {
  /** The condition for this field, made on first use. */
  ensure(field: FieldCondition, make: () => Condition): Condition;
  delete(field: FieldCondition): void;
}

interface Node<Condition> {
  readonly children: Map<string, Node<Condition>>;
  readonly conditions: Map<string, Condition>;
}

export function createConditionTree<Condition>(): ConditionTree<Condition> {
  const root = createNode<Condition>();
  return {
    ensure({ path, key }, make) {
      const { conditions } = ensureNode(root, path);
      const found = conditions.get(key) ?? make();
      conditions.set(key, found);
      return found;
    },
    delete: (field) => remove(root, field, 0),
  };
}

function createNode<Condition>(): Node<Condition> {
  return { children: new Map(), conditions: new Map() };
}

function ensureNode<Condition>(root: Node<Condition>, path: readonly string[]): Node<Condition> {
  let node = root;
  for (const key of path) {
    const child = node.children.get(key) ?? createNode<Condition>();
    node.children.set(key, child);
    node = child;
  }
  return node;
}

/** With the nodes that led only there; as deep as a pattern, no deeper. */
function remove<Condition>(node: Node<Condition>, field: FieldCondition, depth: number): void {
  const key = field.path[depth];
  if (key === undefined) {
    node.conditions.delete(field.key);
    return;
  }
  const child = node.children.get(key);
  if (!child) return;
  remove(child, field, depth + 1);
  if (child.children.size === 0 && child.conditions.size === 0) node.children.delete(key);
}
