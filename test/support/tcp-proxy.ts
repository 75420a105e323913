/** A way to a server on which tests make trouble: it passes everything on, stops moving, cuts off, or answers in the server's place. */
import { connect, createServer, type Socket } from 'node:net';

export interface TcpProxy {
  port: number;
  /** What happens to bytes from now on, also on connections that are open. */
  mode: ProxyMode;
  /** Bytes that clients sent, so far. */
  sentBytes(): number;
  /** Ends every connection, as a network that fails does. */
  cut(): void;
  close(): Promise<void>;
}

export type ProxyMode =
  | { is: 'pass' }
  /** Nothing moves any more, in either direction. */
  | { is: 'stall' }
  /** Whoever begins a PUT gets this answer. */
  | { is: 'answer'; toPut: string };

export async function startProxy(targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let sent = 0;
  const proxy = { mode: { is: 'pass' } as ProxyMode };

  function track(socket: Socket): Socket {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // Ends with what it is connected to.
    socket.on('error', () => socket.destroy());
    return socket;
  }

  const server = createServer((client) => {
    track(client);
    const target = track(connect(targetPort, '127.0.0.1'));
    client.on('data', (bytes) => {
      sent += bytes.length;
      const { mode } = proxy;
      if (mode.is === 'answer' && bytes.subarray(0, 4).toString() === 'PUT ') client.end(mode.toPut);
      else if (mode.is !== 'stall') target.write(bytes);
    });
    // What a slow reader leaves must wait on the server, not here.
    target.on('data', (bytes) => {
      if (proxy.mode.is !== 'stall' && !client.write(bytes)) target.pause();
    });
    client.on('drain', () => target.resume());
    client.once('close', () => target.destroy());
    target.once('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The proxy has no port.');

  function cut(): void {
    for (const socket of sockets) socket.destroy();
  }

  return Object.assign(proxy, {
    port: address.port,
    sentBytes: () => sent,
    cut,
    async close() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
