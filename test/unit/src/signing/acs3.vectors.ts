/** ACS3 requests whose signatures are known: the documentation's, and captures of the official SDKs. */

export const AK = 'LTAI5tTestAccessKeyId00';
export const SK = 'TestAccessKeySecret0000000000x';
export const TOKEN = 'CAISTestSecurityToken+/=';
const NONCE = '3156853299f313e23d1673dc12e1703d';
export const EMPTY_BODY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

export interface Vector {
  readonly origin: string;
  readonly accessKeyId: string;
  readonly secret: string;
  readonly method: string;
  readonly target: string;
  readonly headers: Record<string, string>;
  readonly canonicalHash?: string;
  readonly signature: string;
}

/** Everything given is signed but what `unsigned` names. */
function vector(given: Omit<Vector, 'accessKeyId' | 'secret'> & { unsigned?: string }): Vector {
  const signed = Object.keys(given.headers).filter((name) => name !== given.unsigned);
  const authorization = `ACS3-HMAC-SHA256 Credential=${AK},SignedHeaders=${signed.sort().join(';')},Signature=${given.signature}`;
  return { accessKeyId: AK, secret: SK, ...given, headers: { ...given.headers, authorization } };
}

export function acsHeaders(action: string, version: string, contentSha256 = EMPTY_BODY, provider = 'static_ak') {
  return {
    host: '127.0.0.1:18580',
    'x-acs-action': action,
    'x-acs-content-sha256': contentSha256,
    'x-acs-credentials-provider': provider,
    'x-acs-date': '2024-01-02T03:04:05Z',
    'x-acs-signature-nonce': NONCE,
    'x-acs-version': version,
  };
}

function fcVector(letter: string, parts: Pick<Vector, 'method' | 'target' | 'headers' | 'signature'>): Vector {
  const headers: Record<string, string> = {
    host: '127.0.0.1:37819',
    'x-acs-version': '2023-03-30',
    'x-acs-date': '2026-11-21T08:28:20Z',
    'x-acs-credentials-provider': 'static_sts',
    'x-acs-accesskey-id': 'ak',
    'x-acs-security-token': 'tok',
    ...parts.headers,
  };
  const signed = Object.keys(headers).sort().join(';');
  headers.authorization = `ACS3-HMAC-SHA256 Credential=ak,SignedHeaders=${signed},Signature=${parts.signature}`;
  return { ...parts, origin: `FC ${letter}, captured`, accessKeyId: 'ak', secret: 'sk', headers };
}

export const ACS3_VECTORS: readonly Vector[] = [
  {
    origin: 'D0, help page "V3 request structure and signature"',
    accessKeyId: 'YourAccessKeyId',
    secret: 'YourAccessKeySecret',
    method: 'POST',
    target: '/?ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai',
    headers: {
      host: 'ecs.cn-shanghai.aliyuncs.com',
      'x-acs-action': 'RunInstances',
      'x-acs-content-sha256': EMPTY_BODY,
      'x-acs-date': '2023-10-26T10:22:32Z',
      'x-acs-signature-nonce': NONCE,
      'x-acs-version': '2014-05-26',
      authorization:
        'ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0',
    },
    canonicalHash: '7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259',
    signature: '06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0',
  },
  vector({
    origin: 'A, RPC without parameters',
    method: 'POST',
    target: '/',
    headers: acsHeaders('GetCallerIdentity', '2015-04-01'),
    canonicalHash: '144c429acfd45b592aefce30186d165ee7f36a7a5b58872ad3ac47c327b087d0',
    signature: 'e2b26f1d849427ab2af066ee35c430f8f17fb8b538c017b38f7a8e1eb8741389',
  }),
  vector({
    origin: 'B, RPC with an awkward query',
    method: 'POST',
    target:
      '/?RoleArn=acs%3Aram%3A%3A1234567890123456%3Arole%2Ftest%20role~&RoleSessionName=a-b_c.d%40e&Policy=%7B%22Version%22%3A%221%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22oss%3A*%22%2C%22Resource%22%3A%22*%22%7D%5D%7D&DurationSeconds=900&Empty=&Tags.1.Key=k&Tags.1.Value=%E4%B8%AD',
    headers: acsHeaders('AssumeRole', '2015-04-01'),
    canonicalHash: 'd6405c93dbdbd9b898f8f3f4cf379c3a293cb6e92e459726c50ad7980027d20b',
    signature: 'e3ce9aa2a7a3e16c68dc6e20bb7b92eb2041a4df94a2b3e03648bfe89815db46',
  }),
  vector({
    origin: 'C, RPC with a form',
    method: 'POST',
    target: '/?Q=1',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...acsHeaders('CreateThing', '2015-04-01', '4d722a05e1f3a38cb9f35ad5f028f229a1d41e027af9d5139e81598b3f19f8f0'),
    },
    canonicalHash: 'e20bf37d65c73932c1a8ccb72a68d4ae6985023e6696aac7c698615007dfb494',
    signature: '9ac70f02b9b15da61d45aa2e44261525fd2140be7fc3150953460fb34e2d52ad',
  }),
  vector({
    origin: 'D, ROA with JSON',
    method: 'PUT',
    target: '/2023-03-30/functions/hello%20w?qualifier=LATEST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'x-fc-trace': '1',
      ...acsHeaders('UpdateFunction', '2023-03-30', 'd02ebaa48a3fdd55b5163cf981e0936433b75a1a07467077a1ac4f92fe8a19bf'),
    },
    unsigned: 'x-fc-trace',
    canonicalHash: 'ce581585c800e5a5a9d5a9af971da58ede622ad1f14c9f7e97dd608e8d502331',
    signature: '2dc370f639c3a9a8d6e154761fa6819c5718620e8416d61b4f9920ec980dccad',
  }),
  vector({
    origin: 'E, ROA with temporary keys',
    method: 'GET',
    target: '/2023-03-30/functions?prefix=a%2Fb&limit=10',
    headers: {
      ...acsHeaders('ListFunctions', '2023-03-30', EMPTY_BODY, 'static_sts'),
      'x-acs-accesskey-id': AK,
      'x-acs-security-token': TOKEN,
    },
    canonicalHash: '7e59a96f8342fcaf291d63218080f37114ec601b8ad378243d73e94e0c5b4a58',
    signature: '840662a4e8bb0ea40161b48d606b40e74177c4a1dc8d2300f198d550139a6cf7',
  }),
  vector({
    origin: 'F, ROA with a stream',
    method: 'POST',
    target: '/2023-03-30/functions/hello/invocations',
    headers: {
      'content-type': 'application/octet-stream',
      ...acsHeaders('InvokeFunction', '2023-03-30', '015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862'),
    },
    canonicalHash: '9bf2451330f87d8cc1c388ba7957757ccf1805cb14790430bde9cf9adcefb49e',
    signature: '3fc949f8994f38ed04e93cb0ebae45e8faf926ba747694f37d42984ecea6f6b8',
  }),
  fcVector('A', {
    method: 'GET',
    target: '/2023-03-30/functions?limit=10&prefix=a%20b&tags=%5B%7B%22Key%22%3A%22k%22%2C%22Value%22%3A%22v%22%7D%5D',
    headers: {
      'x-acs-action': 'ListFunctions',
      'x-acs-signature-nonce': 'b493f5e3150e5dd1f3dee1c82f6067623e8f45a83ab02bb2ce7ec0ab00c0e0cb',
      'x-acs-content-sha256': EMPTY_BODY,
    },
    signature: 'af6241ce7abfed7620e2861886968c0948b223edad6b58186e4bd104f5255e1a',
  }),
  fcVector('B', {
    method: 'POST',
    target: '/2023-03-30/functions/f/invocations?qualifier=LATEST',
    headers: {
      'content-type': 'application/octet-stream',
      'x-acs-action': 'InvokeFunction',
      'x-acs-signature-nonce': '91051e11a27c737c6f2f317a7ec54d391d429a23c8597b750bfe6f6c185550f1',
      'x-acs-content-sha256': '015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862',
    },
    signature: '0f8735e633a938b9e56d951e52150f8bb9397bbb1ac18f9f8081115397199f3b',
  }),
];
