// The peer of hot reload: `node --watch` on this file's copy, which answers its version over HTTP.
import http from 'node:http';
import { version } from './version.mjs';

http.createServer((_request, response) => response.end(version)).listen(Number(process.argv[2]), '127.0.0.1');
