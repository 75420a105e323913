/** API destinations: an address, a method, and the connection whose secrets it is called with. */
import type { Database } from '../../../src/kernel/database.ts';
import { EventBridgeError } from '../errors.ts';
import { API_ENDPOINT_CHARACTERS_MAX, type EventBridgeLimits } from '../limits.ts';
import type { ApiDestinationRow } from '../store/connections.ts';
import type { EventBridgeStore } from '../store/store.ts';
import { isHttpUrl, METHODS } from './connection-input.ts';
import { requireConnection } from './connections.ts';
import { CONNECTION_NAME, checkDescription } from './names.ts';
import { type CountedPage, type PageQuery, pageOf } from './paging.ts';

export interface ApiDestinationInput {
  name: string;
  connection: string | undefined;
  description: string | undefined;
  api: { Endpoint?: string | undefined; Method?: string | undefined } | undefined;
}

export interface ApiDestinations {
  create(input: ApiDestinationInput & { connection: string; atMs: number }): Promise<void>;
  /** What is not said stays as it is. */
  update(input: ApiDestinationInput): Promise<void>;
  get(name: string): ApiDestinationRow;
  list(query: PageQuery & { namePrefix: string; connection: string | undefined }): CountedPage<ApiDestinationRow>;
  delete(name: string): Promise<void>;
}

export interface ApiDestinationNeeds {
  database: Database;
  store: Pick<EventBridgeStore, 'connections' | 'apiDestinations'>;
  limits: EventBridgeLimits;
}

export function createApiDestinations({ database, store, limits }: ApiDestinationNeeds): ApiDestinations {
  const { apiDestinations } = store;

  function get(name: string): ApiDestinationRow {
    const destination = apiDestinations.get(name);
    if (!destination) throw new EventBridgeError('ApiDestinationNotExist', { name });
    return destination;
  }

  return {
    get,
    async create({ name, connection, description = '', api, atMs }) {
      if (!CONNECTION_NAME.test(name))
        throw new EventBridgeError('ApiDestinationNameInvalid', { name, pattern: CONNECTION_NAME.source });
      checkDescription(description);
      const called = readApi(api);
      await database.transact(() => {
        if (apiDestinations.get(name)) throw new EventBridgeError('ApiDestinationAlreadyExist', { name });
        const count = apiDestinations.list().length;
        if (count >= limits.apiDestinationsMax)
          throw new EventBridgeError('ApiDestinationCountExceedLimit', { count, limit: limits.apiDestinationsMax });
        requireConnection(store, connection);
        apiDestinations.put({ name, connection, description, ...called, createdAtMs: atMs });
      });
    },
    async update({ name, connection, description, api }) {
      checkDescription(description ?? '');
      await database.transact(() => {
        const before = get(name);
        if (connection) requireConnection(store, connection);
        const { Endpoint, Method } = api ?? {};
        apiDestinations.put({
          ...before,
          connection: connection || before.connection,
          description: description ?? before.description,
          ...readApi({ Endpoint: Endpoint || before.endpoint, Method: Method || before.method }),
        });
      });
    },
    list({ namePrefix, connection, ...query }) {
      const all = apiDestinations
        .list()
        .filter((each) => each.name.startsWith(namePrefix) && (!connection || each.connection === connection));
      return pageOf(all, query, ({ name }) => name);
    },
    async delete(name) {
      await database.transact(() => {
        get(name);
        apiDestinations.remove(name);
      });
    },
  };
}

function readApi(api: ApiDestinationInput['api']): Pick<ApiDestinationRow, 'endpoint' | 'method'> {
  if (!api) throw new EventBridgeError('HttpApiParametersIsNull');
  const { Endpoint: endpoint = '', Method: method = '' } = api;
  if (endpoint.trim() === '') throw new EventBridgeError('EndpointIsBlank');
  if (method.trim() === '') throw new EventBridgeError('MethodIsBlank');
  if (endpoint.length > API_ENDPOINT_CHARACTERS_MAX) throw new EventBridgeError('EndpointLengthExceed');
  if (!isHttpUrl(endpoint)) throw new EventBridgeError('ApiDestinationParametersInvalid', { parameter: 'Endpoint' });
  if (!METHODS.includes(method)) throw new EventBridgeError('ApiDestinationParametersInvalid', { parameter: 'Method' });
  return { endpoint, method };
}
