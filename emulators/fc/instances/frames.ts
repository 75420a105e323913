/** Cuts a worker's byte stream into its messages: a 32-bit little-endian length, then a V8-serialized value. */
import { deserialize } from 'node:v8';
import { FRAME_BYTES_MAX } from './limits.ts';
import { type FromWorker, fromWorker } from './messages.ts';

const HEAD_BYTES = 4;

/** What could not be understood; the sentence becomes the reason the instance stopped for. */
export class UnreadableFrame extends Error {}

/** Hands each whole message to `take`, in order. Throws UnreadableFrame, after which the stream is worth nothing. */
export function createFrameDecoder(take: (message: FromWorker) => void): (chunk: Buffer) => void {
  let pieces: Buffer[] = [];
  let heldBytes = 0;

  return (chunk) => {
    pieces.push(chunk);
    heldBytes += chunk.length;
    let wantedBytes = bytesWanted(pieces);
    if (heldBytes < wantedBytes) return;

    let rest = pieces.length === 1 ? chunk : Buffer.concat(pieces, heldBytes);
    while (rest.length >= wantedBytes) {
      take(parse(rest.subarray(HEAD_BYTES, wantedBytes)));
      rest = rest.subarray(wantedBytes);
      wantedBytes = bytesWanted([rest]);
    }
    pieces = rest.length > 0 ? [rest] : [];
    heldBytes = rest.length;
  };
}

/** Length of the frame in front, its head included; the head alone while even that is incomplete. */
function bytesWanted(pieces: Buffer[]): number {
  const [first] = pieces;
  if (!first) return HEAD_BYTES;
  const head = first.length >= HEAD_BYTES ? first : Buffer.concat(pieces);
  if (head.length < HEAD_BYTES) return HEAD_BYTES;
  const length = head.readUInt32LE(0);
  if (length > FRAME_BYTES_MAX)
    throw new UnreadableFrame(`a message of ${length} bytes from the worker (at most ${FRAME_BYTES_MAX})`);
  return HEAD_BYTES + length;
}

function parse(body: Buffer): FromWorker {
  const parsed = fromWorker.safeParse(deserialized(body));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UnreadableFrame(
    `a malformed message from the worker: ${issue?.path.join('.') || 'message'}: ${issue?.message ?? 'unknown'}`,
  );
}

function deserialized(body: Buffer): unknown {
  try {
    return deserialize(body);
  } catch (cause) {
    throw new UnreadableFrame('bytes from the worker that are no message', { cause });
  }
}
