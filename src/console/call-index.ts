/** `GET /_localyun/`: names every call of the admin API, read off its router, so that none is forgotten. */
import type { Router } from 'express';

export interface CallEntry {
  call: string;
  does: string;
}

const DOES: Readonly<Record<string, string>> = {
  'GET /': 'names these calls',
  'GET /health': 'is it running, and which rooms',
  'GET /settled': 'waits until nothing is in flight; ?timeoutMs=; 408 says what still is',
  'POST /reset': 'back to a first start: everything, or {"rooms": ["oss"]}',
  'GET /operations': 'every operation of every room, with its status and RAM actions',
  'GET /metrics': 'calls by room, operation and status, as Prometheus text',
  'GET /denials': 'refused calls: which statement decided, and the smallest that would allow; ?limit=',
  'GET /clock': "the kernel's clock",
  'POST /clock': 'sets it: {"mode": "virtual", "now": "2026-01-01T00:00:00Z"}',
  'POST /clock/advance': 'moves it, and answers when all that fell due has settled: {"ms": "1h"} or {"to": …}',
  'GET /events': 'event history; ?bus=&source=&type=&subject=&since=&limit=',
  'GET /events/:id':
    'one event with its whole path: rules, deliveries, invocations; ?bus= as that bus has it, ?id= for an id that no path can name',
  'POST /events/:id/replay':
    'publishes it again, to all rules or one (rule), as a bus has it (bus), of an id that no path can name (id)',
  'POST /events/replay': 'publishes those of a time again (since, until, bus, source, type, subject, rule)',
  'GET /invocations': 'calls of functions; ?function=&limit=',
  'GET /invocations/:requestId': 'one call: cold start, duration, memory, logs, result',
  'POST /rules/test': 'does {"event": …} match {"pattern": …}, and if not, why',
};

export function listCalls(router: Router, under: string): CallEntry[] {
  return router.stack.flatMap(({ route }) => {
    if (!route) return [];
    const methods = new Set(route.stack.map(({ method }) => method.toUpperCase()));
    return [...methods].map((method) => ({
      call: `${method} ${under}${route.path}`,
      does: DOES[`${method} ${route.path}`] ?? '',
    }));
  });
}
