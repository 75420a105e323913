// Called by EventBridge for each upload: downloads the photo, makes six derivatives, puts them into TARGET_BUCKET.
import OSS from 'ali-oss';
import { derivativeKey, derive } from './images.mjs';

const { SOURCE_BUCKET = 'upload-images', TARGET_BUCKET = 'processed-images' } = process.env;
const { OSS_ENDPOINT, WATERMARK_TEXT = '' } = process.env;

export async function handler(event, context) {
  const { bucket, key } = readUpload(event);
  if (!isImage(key)) {
    console.log(`Skipping ${key}: not an image`);
    return { statusCode: 200, body: 'Skipped: not an image' };
  }

  const source = bucketClient(bucket, context);
  const target = bucketClient(TARGET_BUCKET, context);
  try {
    const { content } = await source.get(key);
    const processed = await derive(content, { watermark: WATERMARK_TEXT }, async (derivative) => {
      const { size, format, body, contentType } = derivative;
      const derivedKey = derivativeKey(key, derivative);
      await target.put(derivedKey, body, { mime: contentType });
      return { key: derivedKey, format, size };
    });
    console.log(`Made ${processed.length} derivatives of ${key}`);
    return { statusCode: 200, body: JSON.stringify({ source: key, processed, count: processed.length }) };
  } catch (cause) {
    // Thrown, not returned: only a failed call is tried again, and kept as a dead letter in the end.
    throw new Error(`Could not process oss://${bucket}/${key}: ${cause.code ?? cause.name}: ${cause.message}`, {
      cause,
    });
  }
}

/** The event is a CloudEvent: OSS tells of the object under data.oss; data.bucket and data.object are a short form. */
function readUpload(event) {
  const { data } = JSON.parse(event.toString());
  const { bucket, object } = data?.oss ?? data ?? {};
  // The key stands in the event as it was uploaded: decoding it would break names with a % in them.
  if (!object?.key) throw new Error('The event names no object: data.oss.object.key is missing');
  return { bucket: bucket?.name ?? SOURCE_BUCKET, key: object.key };
}

function isImage(key) {
  return /[^/]\.(jpe?g|png|webp)$/i.test(key);
}

// Kept between calls, with their open connections. Only the credentials change: each call brings those of the role.
const clients = new Map();
let credentials;

function bucketClient(bucket, context) {
  const { accessKeyId, accessKeySecret, securityToken } = context.credentials;
  credentials = { accessKeyId, accessKeySecret, stsToken: securityToken };
  const known = clients.get(bucket);
  if (known) return known;

  const client = new OSS({
    bucket,
    region: `oss-${context.region}`,
    endpoint: OSS_ENDPOINT,
    authorizationV4: true,
    ...credentials,
    refreshSTSToken: async () => credentials,
    refreshSTSTokenInterval: 0, // ask before every request
  });
  clients.set(bucket, client);
  return client;
}
