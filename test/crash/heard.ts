/** What a function wrote of the events it was given: one line an event, read on from where it was read to. */
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';

/** Takes an event or a batch of them; written in one go: a process killed meanwhile leaves a whole line or none. */
export const LISTENER = `const fs = require('fs');
exports.handler = async (event) => {
  const lines = [JSON.parse(event)].flat().map(({ id, type, data }) => {
    const { key, eTag } = data.oss.object;
    return [id, key, (type.includes('Removed') ? '-' : '') + eTag].join(' ') + '\\n';
  });
  fs.appendFileSync(process.env.HEARD, lines.join(''));
};`;

export interface Heard {
  ids: ReadonlySet<string>;
  /** Of changes: a key, and what became of it. */
  marks: ReadonlySet<string>;
  lines(): number;
  read(): void;
}

export function hearFrom(path: string): Heard {
  const ids = new Set<string>();
  const marks = new Set<string>();
  let lines = 0;
  let offset = 0;
  let rest = '';
  return {
    ids,
    marks,
    lines: () => lines,
    read() {
      if (!existsSync(path)) return;
      const file = openSync(path, 'r');
      const buffer = Buffer.alloc(statSync(path).size - offset);
      readSync(file, buffer, 0, buffer.length, offset);
      closeSync(file);
      offset += buffer.length;
      const whole = (rest + buffer.toString()).split('\n');
      rest = whole.pop() ?? '';
      for (const line of whole) {
        const [id = '', key = '', etag = ''] = line.split(' ');
        ids.add(id);
        marks.add(`${key} ${etag}`);
        lines++;
      }
    },
  };
}
