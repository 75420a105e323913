/** A compressed trie over prefixes, or over suffixes read from the end: finds all of them that a text has, in one walk. */

export interface AffixTrie<Value> {
  /** The value kept under this affix, made on first use. */
  ensure(affix: string, make: () => Value): Value;
  get(affix: string): Value | undefined;
  delete(affix: string): void;
  /** Appends to `found` the values of every affix of the text; shorter affixes first. */
  collect(text: string, found: Value[]): void;
  readonly isEmpty: boolean;
}

interface Node<Value> {
  /** The characters on the way into this node, in walking order. */
  label: string;
  value: Value | undefined;
  readonly children: Map<number, Node<Value>>;
}

export function createAffixTrie<Value>({ fromEnd }: { fromEnd: boolean }): AffixTrie<Value> {
  const root: Node<Value> = { label: '', value: undefined, children: new Map() };
  const walkOrder = (affix: string) => (fromEnd ? reverse(affix) : affix);
  return {
    ensure(affix, make) {
      const node = insert(root, walkOrder(affix));
      node.value ??= make();
      return node.value;
    },
    get: (affix) => pathTo(root, walkOrder(affix))?.at(-1)?.value,
    delete(affix) {
      const path = pathTo(root, walkOrder(affix));
      const node = path?.at(-1);
      if (!path || !node || path.length === 1) return;
      node.value = undefined;
      tidy(node, path.at(-2) ?? root, root);
      const parent = path.at(-2);
      if (parent && parent !== root) tidy(parent, path.at(-3) ?? root, root);
    },
    collect: (text, found) => collect(root, text, fromEnd, found),
    get isEmpty() {
      return root.children.size === 0;
    },
  };
}

function collect<Value>(root: Node<Value>, text: string, fromEnd: boolean, found: Value[]): void {
  const step = fromEnd ? -1 : 1;
  let at = fromEnd ? text.length - 1 : 0;
  let node = root.children.get(text.charCodeAt(at));
  while (node) {
    const { label } = node;
    for (let index = 0; index < label.length; index++, at += step) {
      // Past either end charCodeAt gives NaN, which equals nothing.
      if (text.charCodeAt(at) !== label.charCodeAt(index)) return;
    }
    if (node.value !== undefined) found.push(node.value);
    node = node.children.get(text.charCodeAt(at));
  }
}

/** Walks down, splitting the edge where the new key leaves it. */
function insert<Value>(root: Node<Value>, key: string): Node<Value> {
  let node = root;
  let at = 0;
  while (at < key.length) {
    const child = node.children.get(key.charCodeAt(at));
    if (!child) return addChild(node, { label: key.slice(at), value: undefined, children: new Map() });
    const shared = sharedLength(child.label, key, at);
    node = shared < child.label.length ? split(node, child, shared) : child;
    at += shared;
  }
  return node;
}

function split<Value>(parent: Node<Value>, child: Node<Value>, length: number): Node<Value> {
  const middle = addChild(parent, { label: child.label.slice(0, length), value: undefined, children: new Map() });
  child.label = child.label.slice(length);
  addChild(middle, child);
  return middle;
}

function addChild<Value>(parent: Node<Value>, child: Node<Value>): Node<Value> {
  parent.children.set(child.label.charCodeAt(0), child);
  return child;
}

function sharedLength(label: string, key: string, from: number): number {
  let length = 0;
  while (length < label.length && label.charCodeAt(length) === key.charCodeAt(from + length)) length++;
  return length;
}

function pathTo<Value>(root: Node<Value>, key: string): Node<Value>[] | undefined {
  const path = [root];
  let node: Node<Value> | undefined = root;
  for (let at = 0; at < key.length; at += node.label.length) {
    node = node.children.get(key.charCodeAt(at));
    if (!node?.label || !key.startsWith(node.label, at)) return undefined;
    path.push(node);
  }
  return path;
}

/** Takes out a node that carries nothing, or joins it with its only child, so that churn leaves no chains behind. */
function tidy<Value>(node: Node<Value>, parent: Node<Value>, root: Node<Value>): void {
  if (node === root || node.value !== undefined || node.children.size > 1) return;
  const [child] = node.children.values();
  parent.children.delete(node.label.charCodeAt(0));
  if (!child) return;
  child.label = node.label + child.label;
  addChild(parent, child);
}

/** By code unit: half a surrogate pair is never an affix's own, and both sides are read alike. */
function reverse(text: string): string {
  let reversed = '';
  for (let index = text.length - 1; index >= 0; index--) reversed += text.charAt(index);
  return reversed;
}
