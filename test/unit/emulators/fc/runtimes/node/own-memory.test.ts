/** What a worker says of its own memory, against what Node says of it. */
import { closeSync, existsSync, readdirSync, readlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ownRssBytes } from '../../../../../../emulators/fc/runtimes/node/own-memory.ts';

const DESCRIPTORS = '/proc/self/fd';

function isAboutRight(bytes: number): boolean {
  const rss = process.memoryUsage.rss();
  return bytes > rss * 0.8 && bytes < rss * 1.2;
}

test('is the resident memory of this process, also once somebody has closed the file it is read from', () => {
  expect(ownRssBytes()).toSatisfy(isAboutRight);
  const files = existsSync(DESCRIPTORS) ? readdirSync(DESCRIPTORS) : [];
  for (const file of files) if (leadsTo(file).endsWith('/statm')) closeSync(Number(file));
  expect(ownRssBytes()).toSatisfy(isAboutRight);
});

function leadsTo(file: string): string {
  try {
    return readlinkSync(`${DESCRIPTORS}/${file}`);
  } catch {
    // The listing's own, closed by now.
    return '';
  }
}
