// The floor of a delivery: node:http answers an upload, keeping nothing, and then tells a forked process of it over IPC.
import { fork } from 'node:child_process';
import http from 'node:http';
import { fileURLToPath } from 'node:url';

if (process.send) {
  process.on('message', () => process.send(String(process.hrtime.bigint())));
} else {
  const worker = fork(fileURLToPath(import.meta.url));
  const enteredNs = [];
  worker.on('message', (time) => enteredNs.push(time));
  process.on('disconnect', () => worker.kill());
  process.on('SIGTERM', () => {
    worker.kill();
    process.exit(0);
  });
  const server = http.createServer((request, response) => {
    if (request.method === 'GET') return response.end(JSON.stringify(enteredNs));
    request.resume().on('end', () => {
      response.end();
      worker.send({ path: request.url });
    });
  });
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
}
