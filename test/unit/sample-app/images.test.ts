// The sample's pictures: what sizes and formats come out, where the watermark is, and what is refused.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { type Derivative, derivativeKey, derive } from '../../../sample-app/functions/image-processor/images.mjs';
import { samplePhotoPath } from '../../../sample-app/photo.mjs';
import { processPlain } from '../../bench/sample-plain.mjs';

const photo = await readFile(samplePhotoPath());
const wide = await sharp(photo).resize({ width: 2000 }).jpeg().toBuffer();

describe('sizes and formats', () => {
  test('makes three sizes in two formats, each being what it says it is', async () => {
    const derivatives = await derive(wide, { watermark: 'LocalYun' });
    expect(derivatives.map(({ folder, size, width, height }) => [folder, size, width, height])).toEqual([
      ['resized', 'large', 1200, 960],
      ['webp', 'large', 1200, 960],
      ['resized', 'medium', 600, 480],
      ['webp', 'medium', 600, 480],
      ['resized', 'thumb', 150, 120],
      ['webp', 'thumb', 150, 120],
    ]);
    for (const { body, format, width, height, contentType } of derivatives) {
      expect(await sharp(body).metadata()).toMatchObject({ format, width, height });
      expect(contentType).toBe(`image/${format}`);
    }
  });

  test('never scales up: a size wider than the photo keeps the width of the photo', async () => {
    expect(widths(await derive(photo))).toEqual([1024, 1024, 600, 600, 150, 150]);
    const icon = await sharp(photo).resize({ width: 90 }).png().toBuffer();
    expect(widths(await derive(icon, { watermark: 'LocalYun' }))).toEqual([90, 90, 90, 90, 90, 90]);
  });

  test.each([
    [1, 1],
    [3000, 1],
    [1, 3000],
  ])('copes with a picture of %i × %i', async (width, height) => {
    const picture = await sharp({ create: { width, height, channels: 3, background: 'navy' } })
      .png()
      .toBuffer();
    const derivatives = await derive(picture, { watermark: 'LocalYun' });
    expect(widths(derivatives)).toEqual([1200, 1200, 600, 600, 150, 150].map((limit) => Math.min(limit, width)));
    expect(derivatives.every((derivative) => derivative.height >= 1)).toBe(true);
  });

  test('turns a picture upright that is stored lying, and drops the note about it', async () => {
    const lying = await sharp(photo).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const [large] = await derive(lying);
    expect(large).toMatchObject({ width: 819, height: 1024 });
    const { orientation } = await sharp(large?.body).metadata();
    expect(orientation ?? 1).toBe(1);
  });

  test('keeps transparency in WebP and puts white behind it in JPEG', async () => {
    const clear = await sharp({ create: { width: 300, height: 200, channels: 4, background: '#ff000000' } })
      .png()
      .toBuffer();
    const [jpeg, webp] = await derive(clear, { watermark: 'LocalYun' });
    expect(await pixel(jpeg, 5, 5)).toEqual([255, 255, 255]);
    expect((await pixel(webp, 5, 5)).at(3)).toBe(0);
    const { channels } = await sharp(webp?.body).stats();
    expect(channels[3]?.max).toBeGreaterThan(100);
  });

  test.each(['webp', 'png', 'jpeg', 'tiff'] as const)('reads %s', async (format) => {
    const picture = await sharp(photo).resize(400).toFormat(format).toBuffer();
    expect(await derive(picture, { watermark: 'LocalYun' })).toHaveLength(6);
  });

  test.each([
    ['grey', sharp(photo).resize(400).greyscale().png()],
    ['grey with alpha', sharp(photo).resize(400).greyscale().ensureAlpha(0.5).png()],
    ['16 bit', sharp(photo).resize(400).toColourspace('rgb16').png()],
    ['CMYK', sharp(photo).resize(400).toColourspace('cmyk').jpeg()],
  ])('reads a picture in %s', async (_name, picture) => {
    const derivatives = await derive(await picture.toBuffer(), { watermark: 'LocalYun' });
    const [jpeg] = derivatives;
    expect(derivatives).toHaveLength(6);
    expect(await sharp(jpeg?.body).metadata()).toMatchObject({ format: 'jpeg', space: 'srgb', depth: 'uchar' });
  });
});

describe('watermark', () => {
  test('stands in the bottom right corner of large and medium, and nowhere on thumb', async () => {
    const plain = await derive(photo);
    const marked = await derive(photo, { watermark: 'LocalYun' });
    for (const [index, derivative] of marked.entries()) {
      const corner = await difference(derivative, plain[index], 'bottom right');
      const opposite = await difference(derivative, plain[index], 'top left');
      expect(opposite).toBeLessThan(0.1);
      if (derivative.size === 'thumb') expect(corner).toBe(0);
      else expect(corner).toBeGreaterThan(1.5);
    }
  });

  test('is half-transparent white: black below becomes grey, never white', async () => {
    const black = await sharp({ create: { width: 1200, height: 400, channels: 3, background: 'black' } })
      .png()
      .toBuffer();
    const [large] = await derive(black, { watermark: 'LocalYun' });
    const { channels } = await sharp(large?.body).stats();
    for (const channel of channels) {
      expect(channel.max).toBeGreaterThan(115);
      expect(channel.max).toBeLessThan(150);
    }
  });

  test('grows with the picture, from 20 pixels on', async () => {
    const heights: number[] = [];
    for (const width of [300, 600, 1200]) {
      const black = await sharp({ create: { width, height: 300, channels: 3, background: 'black' } })
        .png()
        .toBuffer();
      const [, webp] = await derive(black, { watermark: 'LocalYun' });
      const { info } = await sharp(webp?.body).trim({ background: 'black', threshold: 60 }).toBuffer({
        resolveWithObject: true,
      });
      heights.push(info.height);
    }
    const [small, medium, large] = heights;
    expect(medium).toBe(small);
    expect(large).toBeGreaterThan((medium ?? 0) * 1.7);
  });

  test('is drawn with letters on a machine that has no font at all', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'no-fonts-'));
    const fontconfig = path.join(folder, 'fonts.conf');
    await writeFile(fontconfig, `<?xml version="1.0"?><fontconfig><dir>${folder}</dir></fontconfig>`);
    const black = path.join(folder, 'black.png');
    await sharp({ create: { width: 1200, height: 300, channels: 3, background: 'black' } }).toFile(black);

    const markWidths = await inProcessOfItsOwn({ FONTCONFIG_FILE: fontconfig }, black);
    const [narrow = 0, broad = 0] = markWidths;
    // The boxes that stand for missing letters are all of one width.
    expect(narrow).toBeGreaterThan(0);
    expect(broad).toBeGreaterThan(2 * narrow);
    await rm(folder, { recursive: true });
  });

  test('takes any text as text, markup signs too, and draws nothing for a blank one', async () => {
    const plain = await derive(photo);
    const signs = await derive(photo, { watermark: '<b>R&D</i> "©"' });
    expect(await difference(signs[0], plain[0], 'bottom right')).toBeGreaterThan(3);
    const blank = await derive(photo, { watermark: '  ' });
    expect(blank[0]?.body.equals(plain[0]?.body ?? Buffer.alloc(0))).toBe(true);
  });
});

describe('what is refused', () => {
  test.each([
    ['an empty file', Buffer.alloc(0)],
    ['garbage', Buffer.from('this is no picture')],
    ['a file cut off in the middle', photo.subarray(0, photo.length / 2)],
    ['a header alone', photo.subarray(0, 20)],
  ])('rejects %s with a clear message', async (_name, bytes) => {
    await expect(derive(bytes)).rejects.toThrow(/^Not an image that can be read: /);
  });

  test('rejects when a derivative could not be put away', async () => {
    const refused = derive(photo, {}, async ({ size }) => {
      if (size === 'medium') throw new Error('bucket is gone');
    });
    await expect(refused).rejects.toThrow('bucket is gone');
  });
});

describe('keys', () => {
  test.each([
    ['boats.jpg', 'webp/large/boats.webp'],
    ['uploads/2024/boats.v2.PNG', 'webp/large/boats.v2.webp'],
    ['长崎/船 100%.jpeg', 'webp/large/船 100%.webp'],
  ])('%s becomes %s', async (source, key) => {
    const [, webp] = await derive(photo);
    expect(webp && derivativeKey(source, webp)).toBe(key);
  });

  test('the plain script makes the same six under the same keys', async () => {
    const plain = await processPlain(photo, { name: 'uploads/boats.jpg' });
    expect([...plain.keys()].sort()).toEqual([
      'resized/large/boats.jpg',
      'resized/medium/boats.jpg',
      'resized/thumb/boats.jpg',
      'webp/large/boats.webp',
      'webp/medium/boats.webp',
      'webp/thumb/boats.webp',
    ]);
  });
});

const widths = (derivatives: Derivative[]) => derivatives.map(({ width }) => width);

async function pixel(derivative: Derivative | undefined, left: number, top: number): Promise<number[]> {
  return [...(await sharp(derivative?.body).extract({ left, top, width: 1, height: 1 }).raw().toBuffer())];
}

/**
 * The mean difference of two renderings, 0 to 255, over a quarter of the width and a sixth of the height. The letters
 * cover about a twentieth of that, and differ from what is below by half of its distance to white.
 */
async function difference(one: Derivative | undefined, other: Derivative | undefined, where: string): Promise<number> {
  if (!one || !other) throw new Error('nothing to compare');
  const region = { width: Math.floor(one.width / 4), height: Math.floor(one.height / 6) };
  const place =
    where === 'top left' ? { left: 0, top: 0 } : { left: one.width - region.width, top: one.height - region.height };
  const [first, second] = await Promise.all(
    [one, other].map(({ body }) =>
      sharp(body)
        .extract({ ...place, ...region })
        .raw()
        .toBuffer(),
    ),
  );
  if (!first || !second) throw new Error('nothing to compare');
  return first.reduce((sum, value, index) => sum + Math.abs(value - (second[index] ?? 0)), 0) / first.length;
}

/** Font settings are read once a process: to try others takes a new one. Answers the widths of eight i and eight W. */
async function inProcessOfItsOwn(env: NodeJS.ProcessEnv, file: string): Promise<number[]> {
  const script = `
    import sharp from 'sharp';
    import { readFile } from 'node:fs/promises';
    import { derive } from './functions/image-processor/images.mjs';
    const widths = ['iiiiiiii', 'WWWWWWWW'].map(async (watermark) => {
      const [, webp] = await derive(await readFile(${JSON.stringify(file)}), { watermark });
      const trimmed = sharp(webp.body).trim({ background: 'black', threshold: 60 });
      return (await trimmed.toBuffer({ resolveWithObject: true })).info.width;
    });
    console.log(JSON.stringify(await Promise.all(widths)));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: fileURLToPath(new URL('../../../sample-app', import.meta.url)),
    env: { ...process.env, ...env },
  });
  return JSON.parse(stdout);
}
