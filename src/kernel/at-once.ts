/** What is there at once, or will be: waiting for what is there would cost a small call as much as reading its object. */

export type AtOnce<Value> = Value | Promise<Value>;

/** Goes on with the value: at once, where it is there. */
export function andThen<Value, Next>(value: AtOnce<Value>, next: (value: Value) => AtOnce<Next>): AtOnce<Next> {
  return value instanceof Promise ? value.then(next) : next(value);
}
