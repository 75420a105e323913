// The peer of the object rows: s3rver, the usual S3 stand-in of Node tests, with files in the given folder.
import { createRequire } from 'node:module';

const S3rver = createRequire(import.meta.url)('s3rver');
const { port } = await new S3rver({
  port: 0,
  address: '127.0.0.1',
  silent: true,
  directory: process.cwd(),
  configureBuckets: [{ name: 'bench' }],
}).run();
console.log(port);
