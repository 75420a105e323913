/** Connections: made, changed, listed, and kept while an API destination uses them. */
import type { Database } from '../../../src/kernel/database.ts';
import { EventBridgeError } from '../errors.ts';
import type { EventBridgeLimits } from '../limits.ts';
import type { ConnectionRow } from '../store/connections.ts';
import type { EventBridgeStore } from '../store/store.ts';
import { type AuthInput, type NetworkInput, readAuth, readNetwork } from './connection-input.ts';
import { CONNECTION_NAME, checkDescription } from './names.ts';
import { type CountedPage, type PageQuery, pageOf } from './paging.ts';
import { readUnusedAuth } from './unused-auth.ts';

export interface ConnectionInput {
  name: string;
  /** Of the service it leads to; undefined is Http. */
  type: string | undefined;
  description: string | undefined;
  network: NetworkInput | undefined;
  auth: AuthInput | undefined;
  /** What other types than Http have. */
  parameters: unknown;
  atMs: number;
}

export interface Connections {
  create(input: ConnectionInput): Promise<void>;
  /** What is not said stays as it is. */
  update(input: ConnectionInput): Promise<void>;
  get(name: string): ConnectionRow;
  list(query: PageQuery & { namePrefix: string; type: string | undefined }): CountedPage<ConnectionRow>;
  delete(name: string): Promise<void>;
}

export interface ConnectionNeeds {
  database: Database;
  store: Pick<EventBridgeStore, 'connections' | 'apiDestinations'>;
  limits: EventBridgeLimits;
}

const HTTP = 'http';

export function createConnections({ database, store, limits }: ConnectionNeeds): Connections {
  const { connections, apiDestinations } = store;
  const get = (name: string) => requireConnection(store, name);

  return {
    get,
    async create(input) {
      const { name, description = '', atMs } = input;
      refuseOthers(input);
      if (!CONNECTION_NAME.test(name))
        throw new EventBridgeError('ConnectionNameInvalid', { name, pattern: CONNECTION_NAME.source });
      checkDescription(description);
      const network = readNetwork(input.network);
      const auth = readBothAuth(input.auth, undefined);
      await database.transact(() => {
        if (connections.get(name)) throw new EventBridgeError('ConnectionAlreadyExist', { name });
        const all = connections.list();
        if (all.length >= limits.connectionsMax)
          throw new EventBridgeError('ConnectionCountExceedLimit', { count: all.length, limit: limits.connectionsMax });
        const id = Math.max(0, ...all.map((each) => each.id)) + 1;
        connections.put({ id, name, description, network, ...auth, createdAtMs: atMs, changedAtMs: atMs });
      });
    },
    async update(input) {
      const { name, description, atMs } = input;
      refuseOthers(input);
      checkDescription(description ?? '');
      await database.transact(() => {
        const before = get(name);
        connections.put({
          ...before,
          description: description ?? before.description,
          network: input.network === undefined ? before.network : readNetwork(input.network),
          ...(input.auth && readBothAuth(input.auth, before.auth)),
          changedAtMs: atMs,
        });
      });
    },
    list({ namePrefix, type, ...query }) {
      const isHttp = type === undefined || type.toLowerCase() === HTTP;
      const all = isHttp ? connections.list().filter(({ name }) => name.startsWith(namePrefix)) : [];
      return pageOf(all, query, ({ name }) => name);
    },
    async delete(name) {
      await database.transact(() => {
        get(name);
        if (apiDestinations.list().some(({ connection }) => connection === name))
          throw new EventBridgeError('ConnectionBoundApiDestination', { name });
        connections.remove(name);
      });
    },
  };
}

/** Throws ConnectionNotExist. */
export function requireConnection({ connections }: Pick<EventBridgeStore, 'connections'>, name: string): ConnectionRow {
  const connection = connections.get(name);
  if (!connection) throw new EventBridgeError('ConnectionNotExist', { name });
  return connection;
}

function readBothAuth(
  given: AuthInput | undefined,
  before: ConnectionRow['auth'],
): Pick<ConnectionRow, 'auth' | 'unusedAuth'> {
  const auth = readAuth(given, before);
  return { auth, unusedAuth: given && auth && readUnusedAuth(given, auth.type) };
}

function refuseOthers({ type, parameters }: ConnectionInput): void {
  if (type !== undefined && type.toLowerCase() !== HTTP)
    throw new EventBridgeError('NotImplemented', { what: `The connection type ${type}` });
  if (parameters !== undefined)
    throw new EventBridgeError('NotImplemented', {
      what: 'The parameter Parameters, which other connections than Http have,',
    });
}
