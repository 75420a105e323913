/** Every form in which official clients address a bucket and an object. */
import { expect, test } from 'vitest';
import { readAddress } from '../../../../../emulators/oss/wire/address.ts';

const read = (host: string, rawPath: string) =>
  readAddress({ headers: { host }, rawPath }, { domains: ['localhost', 'oss.example.test'] });

test.each([
  // Path style: an IP address, a bare base name, a name nobody knows.
  ['127.0.0.1:9580', '/', {}],
  ['127.0.0.1:9580', '/b', { bucket: 'b' }],
  ['127.0.0.1:9580', '/b/', { bucket: 'b' }],
  ['127.0.0.1', '/b/k', { bucket: 'b', key: 'k' }],
  ['[::1]:9580', '/b/k', { bucket: 'b', key: 'k' }],
  ['localhost:9580', '/b/k', { bucket: 'b', key: 'k' }],
  ['LOCALHOST', '/b/k', { bucket: 'b', key: 'k' }],
  ['localyun', '/b/k', { bucket: 'b', key: 'k' }],
  ['notlocalhost', '/b/k', { bucket: 'b', key: 'k' }],
  ['oss-cn-hangzhou.aliyuncs.com', '/b/k', { bucket: 'b', key: 'k' }],
  ['', '/b/k', { bucket: 'b', key: 'k' }],
  // ali-oss lists buckets on an IP endpoint with an empty label.
  ['.oss-cn-hangzhou.aliyuncs.com', '/', {}],
  ['.localhost', '/', {}],
  // Virtual-hosted style.
  ['b.localhost:9580', '/k', { bucket: 'b', key: 'k' }],
  ['b.localhost:9580', '/', { bucket: 'b' }],
  ['B.Localhost', '/k', { bucket: 'b', key: 'k' }],
  // Through a proxy, an endpoint that is an IP address.
  ['b.127.0.0.1:9580', '/k', { bucket: 'b', key: 'k' }],
  ['123.127.0.0.1', '/', { bucket: '123' }],
  ['a.b.127.0.0.1', '/b/k', { bucket: 'b', key: 'k' }],
  ['b.127.0.0.1.2', '/b/k', { bucket: 'b', key: 'k' }],
  ['.127.0.0.1', '/b/k', { bucket: 'b', key: 'k' }],
  ['b.oss.example.test', '/x/y', { bucket: 'b', key: 'x/y' }],
  ['b.oss-cn-hangzhou.aliyuncs.com', '/k', { bucket: 'b', key: 'k' }],
  ['b.oss-cn-hangzhou-internal.aliyuncs.com', '/k', { bucket: 'b', key: 'k' }],
  ['b.oss-accelerate.aliyuncs.com', '/k', { bucket: 'b', key: 'k' }],
  ['b.cn-hangzhou.oss.aliyuncs.com', '/k', { bucket: 'b', key: 'k' }],
  ['oss-logs.oss-cn-hangzhou.aliyuncs.com', '/k', { bucket: 'oss-logs', key: 'k' }],
  // The key is decoded once, and nothing of it is tidied up.
  ['b.localhost', '/dir%2Fobj', { bucket: 'b', key: 'dir/obj' }],
  ['127.0.0.1', '/b/dir%2Fobj', { bucket: 'b', key: 'dir/obj' }],
  ['127.0.0.1', '/b%2Fk', { bucket: 'b', key: 'k' }],
  ['b.localhost', '/a+b%2Bc%20d', { bucket: 'b', key: 'a+b+c d' }],
  ['b.localhost', '/a//b/./../c', { bucket: 'b', key: 'a//b/./../c' }],
  ['b.localhost', '/%2525', { bucket: 'b', key: '%25' }],
  ['b.localhost', '/%E4%B8%AD', { bucket: 'b', key: '中' }],
  ['b.localhost', '//k', { bucket: 'b', key: '/k' }],
  ['127.0.0.1', '/b//k', { bucket: 'b', key: '/k' }],
])('%s %s', (host, path, resource) => {
  expect(read(host, path)).toEqual([resource]);
});

test('offers both readings where the bucket stands in Host and path, the virtual-hosted one first', () => {
  const host = 'b.oss-cn-hangzhou.aliyuncs.com';
  expect(read(host, '/b/k')).toEqual([
    { bucket: 'b', key: 'b/k' },
    { bucket: 'b', key: 'k' },
  ]);
  expect(read(host, '/b/')).toEqual([{ bucket: 'b', key: 'b/' }, { bucket: 'b' }]);
  expect(read(host, '/b')).toEqual([{ bucket: 'b', key: 'b' }, { bucket: 'b' }]);
  expect(read(host, '/bc/k')).toEqual([{ bucket: 'b', key: 'bc/k' }]);
});

test.each(['/b/%zz', '/b/%', '/b/%4', '/b/%ff', '/b/%C3%28', '/b/%ED%A0%80'])('refuses the broken path %s', (path) => {
  expect(() => read('127.0.0.1', path)).toThrow(expect.objectContaining({ code: 'InvalidObjectName' }));
});
