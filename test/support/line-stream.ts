/** Where a test's logger writes to. */
import { Writable } from 'node:stream';

/** Hands on every line as it is written; a logger writes no half ones. */
export function lineStream(take: (line: string) => void = () => {}): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      take(String(chunk));
      done();
    },
  });
}
