/** The size of pictures: real ones of every format, ones with much metadata, and what only looks like one. */
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { readImageInfo } from '../../../../../emulators/oss/service/image-info.ts';

const picture = () => sharp({ create: { width: 37, height: 21, channels: 3, background: '#c33' } });
const SIZE = { width: 37, height: 21 };

describe('a real picture', () => {
  test.each([
    ['png', () => picture().png()],
    ['gif', () => picture().gif()],
    ['jpg', () => picture().jpeg()],
    ['jpg', () => picture().jpeg({ progressive: true })],
    [
      'jpg',
      () =>
        picture()
          .withMetadata({ exif: { IFD0: { ImageDescription: 'x'.repeat(30_000) } } })
          .jpeg(),
    ],
    ['webp', () => picture().webp()],
    ['webp', () => picture().webp({ lossless: true })],
    [
      'webp',
      () =>
        picture()
          .withMetadata({ exif: { IFD0: { Artist: 'x' } } })
          .webp(),
    ],
  ])('of format %s tells its size', async (format, make) => {
    const bytes = await make().toBuffer();
    expect(readImageInfo(bytes)).toEqual({ ...SIZE, format });
    // A view into a longer buffer reads its own bytes.
    expect(readImageInfo(Buffer.concat([Buffer.alloc(7), bytes]).subarray(7))).toEqual({ ...SIZE, format });
  });

  test('of format bmp tells its size, also when its rows stand from top to bottom', () => {
    const bytes = Buffer.alloc(54);
    bytes.write('BM');
    bytes.writeUInt32LE(40, 14);
    bytes.writeInt32LE(37, 18);
    bytes.writeInt32LE(-21, 22);
    expect(readImageInfo(bytes)).toEqual({ ...SIZE, format: 'bmp' });
  });
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['text', Buffer.from('hello')],
  ['a JPEG that is cut in its metadata', Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff, 1, 2, 3, 4, 5, 6])],
  ['a JPEG without end or marker', Buffer.from([0xff, 0xd8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])],
  ['a PNG of no size', Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(30)])],
  ['a RIFF of another kind', Buffer.from(`RIFF0000WEBPXXXX${'0'.repeat(30)}`)],
])('%s is no picture', (_what, bytes) => {
  expect(readImageInfo(bytes)).toBeUndefined();
});

test('whatever a file begins with, reading it ends and never throws', async () => {
  const heads = await Promise.all(
    [picture().png(), picture().gif(), picture().jpeg(), picture().webp(), picture().webp({ lossless: true })].map(
      (made) => made.toBuffer(),
    ),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...heads),
      fc.nat({ max: 60 }),
      fc.uint8Array({ maxLength: 60 }),
      (head, kept, tail) => {
        readImageInfo(Buffer.concat([head.subarray(0, kept), tail]));
      },
    ),
    { numRuns: 2000 },
  );
});
