/** The frames that the answer to a SELECT comes in: type, length, a checksum of the head, payload, checksum of the payload. */
import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';

/** The first byte of a type is the version of the protocol. */
const VERSION = 1;
const TYPES = { data: 0x80_00_01, end: 0x80_00_05, csvMeta: 0x80_00_06, jsonMeta: 0x80_00_07 };
const DATA_BYTES_MAX = 64 * 1024;
const DONE = 200;

export function selectFrames(answer: Uint8Array, scannedBytes: number): Uint8Array {
  const frames: Uint8Array[] = [];
  for (let at = 0; at < answer.length; at += DATA_BYTES_MAX)
    frames.push(frame('data', Buffer.concat([long(scannedBytes), answer.subarray(at, at + DATA_BYTES_MAX)])));
  frames.push(frame('end', Buffer.concat([long(scannedBytes), long(scannedBytes), int(DONE)])));
  return Buffer.concat(frames);
}

export interface SelectMeta {
  format: 'csv' | 'json';
  scannedBytes: number;
  rows: number;
  columns: number;
}

export function metaFrame({ format, scannedBytes, rows, columns }: SelectMeta): Uint8Array {
  const counts = [long(scannedBytes), long(scannedBytes), int(DONE), int(1), long(rows)];
  return format === 'csv'
    ? frame('csvMeta', Buffer.concat([...counts, int(columns)]))
    : frame('jsonMeta', Buffer.concat(counts));
}

function frame(type: keyof typeof TYPES, payload: Uint8Array): Uint8Array {
  const head = Buffer.concat([int(VERSION * 0x1_00_00_00 + TYPES[type]), int(payload.length)]);
  return Buffer.concat([head, int(0), payload, int(crc32(payload))]);
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function long(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}
