/** The log of one call: lines cut and counted as they come, so that a flood costs a bounded amount of memory. */
import { LOG_BYTES_PER_CALL_MAX, LOG_LINE_BYTES_MAX, LOG_TAIL_BYTES } from './limits.ts';

export interface CallLog {
  /** Adds output as it was written; a line counts once its end is there. */
  append(text: string): void;
  /** Adds one whole line of the platform's own, after what the function left unfinished. */
  line(line: string): void;
  /** Ends an unfinished line and closes the log. */
  finish(): FinishedLog;
}

export interface FinishedLog {
  /** Lines kept, oldest first; the last one says how much was left out, when any was. */
  lines: readonly string[];
  /** The last 4 KB as written, for X-Fc-Log-Result. */
  tail: Uint8Array;
  droppedBytes: number;
}

/** `onLine` hears every line that is kept, at once. */
export function createCallLog(onLine: (line: string) => void): CallLog {
  const lines: string[] = [];
  const open = createLineCutter(keep);
  let keptBytes = 0;
  let droppedBytes = 0;
  let tail = '';

  function keep(line: string): void {
    // Cutting only now and then keeps a long log linear; characters are at least one byte each.
    tail = tail.length > 4 * LOG_TAIL_BYTES ? `${tail.slice(-LOG_TAIL_BYTES)}${line}\n` : `${tail}${line}\n`;
    const bytes = Buffer.byteLength(line) + 1;
    if (droppedBytes > 0 || keptBytes + bytes > LOG_BYTES_PER_CALL_MAX) {
      droppedBytes += bytes;
      return;
    }
    keptBytes += bytes;
    lines.push(line);
    onLine(line);
  }

  return {
    append: open.append,
    line(line) {
      open.end();
      keep(line);
    },
    finish() {
      open.end();
      if (droppedBytes > 0) {
        const note = `[log cut: ${droppedBytes} bytes over the ${LOG_BYTES_PER_CALL_MAX} kept of one call]`;
        lines.push(note);
        onLine(note);
      }
      return { lines, tail: lastBytes(tail, LOG_TAIL_BYTES), droppedBytes };
    },
  };
}

/** Turns output into lines; what exceeds LOG_LINE_BYTES_MAX within one line is cut off, as the service does. */
export function createLineCutter(onLine: (line: string) => void): { append(text: string): void; end(): void } {
  let unfinished = '';

  function add(text: string): void {
    // Longer than the limit it is cut anyway, so no more of an endless line is held than that.
    if (unfinished.length <= LOG_LINE_BYTES_MAX) unfinished += text.slice(0, LOG_LINE_BYTES_MAX + 1);
  }
  function end(): void {
    const line = unfinished;
    unfinished = '';
    onLine(cutLine(line));
  }

  return {
    append(text) {
      let from = 0;
      for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', from)) {
        add(text.slice(from, at));
        end();
        from = at + 1;
      }
      add(text.slice(from));
    },
    end: () => {
      if (unfinished !== '') end();
    },
  };
}

function cutLine(line: string): string {
  if (line.length * 3 <= LOG_LINE_BYTES_MAX || Buffer.byteLength(line) <= LOG_LINE_BYTES_MAX) return line;
  const bytes = Buffer.from(line);
  let end = LOG_LINE_BYTES_MAX;
  while (isContinuation(bytes[end])) end--;
  return bytes.toString('utf8', 0, end);
}

function lastBytes(text: string, count: number): Uint8Array {
  const bytes = Buffer.from(text);
  if (bytes.length <= count) return bytes;
  let start = bytes.length - count;
  while (isContinuation(bytes[start])) start++;
  return bytes.subarray(start);
}

/** A cut never falls inside a UTF-8 character. */
function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
