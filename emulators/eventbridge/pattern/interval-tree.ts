/** Numeric ranges in a balanced tree (a treap that knows its highest upper end): finds those around a number quickly. */

/** Ends included. The object itself is the handle for taking it out again. */
export interface Interval<Value> {
  readonly low: number;
  readonly high: number;
  readonly value: Value;
}

export interface IntervalTree<Value> {
  add(interval: Interval<Value>): void;
  delete(interval: Interval<Value>): void;
  /** Appends the values of all intervals that hold the point; returns how many nodes it looked at. */
  stab(point: number, found: Value[]): number;
  readonly size: number;
}

interface Node<Value> {
  readonly interval: Interval<Value>;
  /** Tells intervals with the same lower end apart, and gives the priority. */
  readonly serial: number;
  readonly priority: number;
  highest: number;
  left: Node<Value> | undefined;
  right: Node<Value> | undefined;
}

export function createIntervalTree<Value>(): IntervalTree<Value> {
  let root: Node<Value> | undefined;
  let lastSerial = 0;
  const serials = new Map<Interval<Value>, number>();
  return {
    add(interval) {
      lastSerial += 1;
      serials.set(interval, lastSerial);
      const [left, right] = split(root, interval.low, lastSerial);
      root = join(join(left, leaf(interval, lastSerial)), right);
    },
    delete(interval) {
      const serial = serials.get(interval);
      if (serial === undefined) return;
      serials.delete(interval);
      const [left, rest] = split(root, interval.low, serial);
      const [, right] = split(rest, interval.low, serial + 1);
      root = join(left, right);
    },
    stab: (point, found) => stab(root, point, found),
    get size() {
      return serials.size;
    },
  };
}

function leaf<Value>(interval: Interval<Value>, serial: number): Node<Value> {
  return {
    interval,
    serial,
    priority: scatter(serial),
    highest: interval.high,
    left: undefined,
    right: undefined,
  };
}

/** A fixed mixing of the serial stands in for chance: same calls, same tree. */
function scatter(serial: number): number {
  let mixed = Math.imul(serial ^ (serial >>> 16), 0x45d9f3b);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

type Pair<Value> = [Node<Value> | undefined, Node<Value> | undefined];

/** All nodes before (low, serial), and the rest. */
function split<Value>(node: Node<Value> | undefined, low: number, serial: number): Pair<Value> {
  if (!node) return [undefined, undefined];
  const isBefore = node.interval.low < low || (node.interval.low === low && node.serial < serial);
  if (isBefore) {
    const [left, right] = split(node.right, low, serial);
    node.right = left;
    return [measure(node), right];
  }
  const [left, right] = split(node.left, low, serial);
  node.left = right;
  return [left, measure(node)];
}

/** Everything in `left` comes before everything in `right`. */
function join<Value>(left: Node<Value> | undefined, right: Node<Value> | undefined): Node<Value> | undefined {
  if (!left || !right) return left ?? right;
  if (left.priority > right.priority) {
    left.right = join(left.right, right);
    return measure(left);
  }
  right.left = join(left, right.left);
  return measure(right);
}

function measure<Value>(node: Node<Value>): Node<Value> {
  const { left, right } = node;
  node.highest = Math.max(node.interval.high, left?.highest ?? -Infinity, right?.highest ?? -Infinity);
  return node;
}

function stab<Value>(node: Node<Value> | undefined, point: number, found: Value[]): number {
  if (!node || node.highest < point) return 1;
  const { low, high, value } = node.interval;
  const looked = 1 + stab(node.left, point, found);
  if (low > point) return looked;
  if (point <= high) found.push(value);
  return looked + stab(node.right, point, found);
}
