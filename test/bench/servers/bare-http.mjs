// The floor of every call: node:http alone. It drains a body, keeps nothing, and answers 200; GET answers 4 KiB, or the given file.
import { createReadStream, statSync } from 'node:fs';
import http from 'node:http';

const [, , file] = process.argv;
const block = Buffer.alloc(4096, 'x');
const CHUNK_BYTES = 256 * 1024;

const server = http.createServer((request, response) => {
  if (request.method !== 'GET') return request.resume().on('end', () => response.end());
  if (!file) return response.end(block);
  response.writeHead(200, { 'Content-Length': statSync(file).size });
  createReadStream(file, { highWaterMark: CHUNK_BYTES }).pipe(response);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
