/**
 * Loaded by `node --require`: plays the network's part for a suite that knows only the cloud's own host names.
 * Names below aliyuncs.com lead to the LocalYun at LOCALYUN_ENDPOINT, and so do ports 80 and 443 of this machine;
 * TLS ends here. Nothing of the suite, nor of the client it tests, is changed.
 */
const dns = require('node:dns');
const net = require('node:net');
const tls = require('node:tls');

const LOOPBACK = '127.0.0.1';
const endpoint = new URL(process.env.LOCALYUN_ENDPOINT);

const isCloudName = (host) => typeof host === 'string' && /(^|\.)aliyuncs\.com$/.test(host);
const isOurs = ({ host, port }) => isCloudName(host) || (host === LOOPBACK && [80, 443].includes(Number(port)));

const { lookup } = dns;
dns.lookup = (host, ...rest) => {
  if (!isCloudName(host)) return lookup(host, ...rest);
  const callback = rest.at(-1);
  process.nextTick(callback, null, rest[0].all ? [{ address: LOOPBACK, family: 4 }] : LOOPBACK, 4);
};

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function connectHere(first, ...rest) {
  // node:net hands its normalized arguments over as one array: options, callback.
  const options = Array.isArray(first) ? first[0] : first;
  if (typeof options === 'object' && isOurs(options))
    Object.assign(options, { host: endpoint.hostname, port: Number(endpoint.port) });
  return connect.call(this, first, ...rest);
};

const connectSecurely = tls.connect;
tls.connect = (options, ...rest) =>
  typeof options === 'object' && isOurs(options)
    ? net.connect({ host: options.host, port: options.port })
    : connectSecurely(options, ...rest);
