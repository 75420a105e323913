/** Keeps web pages out of the admin API: a foreign Host (DNS rebinding), Origin (CSRF) or an upload's callback is refused. */
import type { NextFunction, Request, Response } from 'express';

const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Every callback of OSS has it, and nobody who asks for one can keep it out: a page's form may ask for one to this port. */
const CALLBACK_HEADER = 'x-oss-pub-key-url';

/** Express middleware. `listenHost` is the address the server was told to listen on, which is trusted too. */
export function guardOrigin(listenHost: string) {
  const listening = listenHost.includes(':') ? `[${listenHost}]` : listenHost;
  const trusted = new Set([...LOOPBACK_HOSTS, listening.toLowerCase()]);
  return (request: Request, response: Response, next: NextFunction): void => {
    const foreign = findForeign(request, trusted);
    if (foreign === undefined && request.headers[CALLBACK_HEADER] === undefined) next();
    else if (foreign === undefined)
      response.status(403).json({ error: 'ForeignOrigin', message: 'The admin API answers no callback of an upload.' });
    else
      response.status(403).json({
        error: 'ForeignOrigin',
        message: `${foreign} is not this machine: the admin API answers only on 127.0.0.1, localhost and [::1].`,
      });
  };
}

function findForeign(request: Request, trusted: ReadonlySet<string>): string | undefined {
  const { host = '' } = request.headers;
  if (!trusted.has(hostName(host))) return `Host ${JSON.stringify(host)}`;
  const { origin } = request.headers;
  return origin === undefined || isOwnOrigin(origin, host) ? undefined : `Origin ${JSON.stringify(origin)}`;
}

/** Only a page of this very server: another local server's page is as foreign as any. `null` belongs to sandboxed pages. */
function isOwnOrigin(origin: string, host: string): boolean {
  return origin.toLowerCase() === `http://${host.toLowerCase()}`;
}

/** What stands before a port; empty for what is neither a name nor an address. */
function hostName(host: string): string {
  return /^(\[[\da-f:.]+\]|[^:[\]]+)(:\d*)?$/i.exec(host)?.[1]?.toLowerCase() ?? '';
}
