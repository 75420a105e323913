// The floor of every call: node:http alone. It drains a body, keeps nothing, and answers 200; GET answers 4 KiB.
import http from 'node:http';

const block = Buffer.alloc(4096, 'x');

const server = http.createServer((request, response) => {
  if (request.method === 'GET') return response.end(block);
  request.resume().on('end', () => response.end());
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
