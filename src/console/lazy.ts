/** The admin API's place before Express is there: its first call loads it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ConsoleNeeds } from './app.ts';

/** Express is loaded by the first call of the admin API: a stack that only serves cloud calls starts without it. */
export function lazyConsole(needs: ConsoleNeeds): (request: IncomingMessage, response: ServerResponse) => void {
  let app: Promise<(request: IncomingMessage, response: ServerResponse) => void> | undefined;
  return (request, response) => {
    app ??= import('./app.ts').then(({ createConsole }) => createConsole(needs));
    app
      .then((handle) => handle(request, response))
      .catch((error: unknown) => {
        needs.logger.error('The admin API could not be loaded.', { error });
        response.destroy();
      });
  };
}
