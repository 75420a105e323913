// Turns one photo into its six derivatives. Knows pixels only: no event, no bucket, no environment.
import { createRequire } from 'node:module';
import path from 'node:path';
import sharp from 'sharp';

const SIZES = [
  { size: 'large', maxWidth: 1200, watermarked: true },
  { size: 'medium', maxWidth: 600, watermarked: true },
  { size: 'thumb', maxWidth: 150, watermarked: false },
];

const FORMATS = [
  { format: 'jpeg', folder: 'resized', extension: 'jpg', options: { quality: 85 } },
  { format: 'webp', folder: 'webp', extension: 'webp', options: { quality: 80 } },
];

// The font comes along: a server often has none, and text would then be drawn as empty boxes.
const FONT_FILE = createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf');
const FONT_SIZE_MIN = 20;
const PADDING = 20;
const WATERMARK_OPACITY = 0.5;

/**
 * Makes every size in every format. `use` gets each derivative as soon as it is ready (the handler uploads it there,
 * while the others are still being made); the answer is what `use` returned, in a fixed order.
 */
export async function derive(photo, { watermark = '' } = {}, use = (derivative) => derivative) {
  const original = await readSize(photo);
  const results = await Promise.all(SIZES.map((size) => deriveSize({ photo, original, watermark, ...size }, use)));
  return results.flat();
}

/** uploads/boats.png → resized/large/boats.jpg, webp/large/boats.webp, … */
export function derivativeKey(sourceKey, { folder, size, extension }) {
  return `${folder}/${size}/${path.posix.parse(sourceKey).name}.${extension}`;
}

/** Width and height as seen by a person: phones store a turned picture and a note to turn it back. */
async function readSize(photo) {
  try {
    const { autoOrient } = await sharp(photo).metadata();
    return autoOrient;
  } catch (cause) {
    return refuse(cause);
  }
}

async function deriveSize({ photo, original, watermark, size, maxWidth, watermarked }, use) {
  const width = Math.min(maxWidth, original.width);
  const height = Math.max(1, Math.round((original.height * width) / original.width));

  // Read from the file for each size, not once for all: a JPEG is then decoded at a fraction of its size, which takes
  // half the time and far less memory on a 29-megapixel photo. Both formats share the resized pixels.
  const { data, info } = await sharp(photo)
    .autoOrient()
    .resize({ width, height, fit: 'fill' })
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch(refuse);
  if (watermarked && watermark.trim()) stamp({ data, info }, await drawWatermark(watermark, info));

  return Promise.all(
    FORMATS.map(async ({ format, folder, extension, options }) => {
      const pixels = sharp(data, { raw: info });
      // JPEG knows no transparency: without this, see-through parts would turn black.
      if (format === 'jpeg') pixels.flatten({ background: 'white' });
      const body = await pixels.toFormat(format, options).toBuffer();
      return use({ folder, size, extension, format, width, height, body, contentType: `image/${format}` });
    }),
  );
}

/** The text as a mask (0: nothing, 255: text), and where it goes: bottom right, smaller if the picture is too small. */
async function drawWatermark(text, { width, height }) {
  const fontSize = Math.max(FONT_SIZE_MIN, Math.floor(width / 30));
  const padding = Math.min(PADDING, Math.floor(Math.min(width, height) / 10));
  const { data, info } = await sharp({
    // At 72 dpi a point is a pixel.
    text: { text: escapeMarkup(text), font: `DejaVu Sans ${fontSize}`, fontfile: FONT_FILE, dpi: 72 },
  })
    .resize({ width: width - 2 * padding, height: height - 2 * padding, fit: 'inside', withoutEnlargement: true })
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { mask: data, width: info.width, left: width - padding - info.width, top: height - padding - info.height };
}

/** Blends white into the pixels under the mask. By hand: sharp's composite works on the whole picture, a fifth slower. */
function stamp({ data, info }, { mask, width, left, top }) {
  const { channels } = info;
  for (const [index, coverage] of mask.entries()) {
    if (coverage === 0) continue;
    const x = left + (index % width);
    const y = top + Math.floor(index / width);
    const pixel = (y * info.width + x) * channels;
    const opacity = (coverage / 255) * WATERMARK_OPACITY;
    const below = channels === 4 ? (data[pixel + 3] / 255) * (1 - opacity) : 1 - opacity;
    for (let colour = 0; colour < 3; colour += 1) {
      data[pixel + colour] = Math.round((255 * opacity + data[pixel + colour] * below) / (opacity + below));
    }
    if (channels === 4) data[pixel + 3] = Math.round(255 * (opacity + below));
  }
}

function escapeMarkup(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function refuse(cause) {
  throw new Error(`Not an image that can be read: ${cause.message}`, { cause });
}
