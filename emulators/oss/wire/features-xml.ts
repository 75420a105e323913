/** What some documents of a bucket have to satisfy beyond their shape, and how they are kept. */
import type { XmlContent, XmlValue } from '../../../src/protocols/xml.ts';
import { OssError } from '../errors.ts';
import { type BucketEncryption, SSE_ALGORITHMS } from '../service/encryption.ts';
import type { PublicAccessBlock } from '../service/public-access.ts';
import type { Read } from './document-shape.ts';
import { encryptionRule, httpsConfig, publicAccessBlock } from './feature-shapes.ts';
import { malformed } from './xml-body.ts';

/** UNVERIFIED OSS-123: that only KMS takes a key and another algorithm for the data; oss2's tests find them left out else. */
export function readEncryption(content: XmlContent): BucketEncryption {
  const rule = encryptionRule.read(content, 'ServerSideEncryptionRule').ApplyServerSideEncryptionByDefault;
  if (rule.SSEAlgorithm === 'AES256' && rule.KMSMasterKeyID)
    throw new OssError('InvalidArgument', {
      message: 'KMSMasterKeyID is not applicable if the SSEAlgorithm is not KMS.',
      argumentName: 'ApplyServerSideEncryptionByDefault',
      argumentValue: rule.KMSMasterKeyID,
    });
  return encryptionOf({
    algorithm: rule.SSEAlgorithm,
    keyId: rule.KMSMasterKeyID || undefined,
    dataEncryption: rule.KMSDataEncryption || undefined,
  });
}

export interface AskedEncryption {
  algorithm: string;
  keyId: string | undefined;
  dataEncryption: string | undefined;
}

export function encryptionOf({ algorithm: asked, keyId, dataEncryption }: AskedEncryption): BucketEncryption {
  const algorithm = SSE_ALGORITHMS.find((known) => known === asked);
  if (!algorithm) throw new OssError('InvalidEncryptionAlgorithmError', { argumentValue: asked });
  if (algorithm !== 'KMS') return { algorithm };
  if (dataEncryption !== undefined && dataEncryption !== 'SM4')
    throw new OssError('InvalidEncryptionAlgorithmError', { argumentValue: dataEncryption });
  return { algorithm, ...(keyId ? { keyId } : {}), ...(dataEncryption ? { dataEncryption } : {}) };
}

export function encryptionXml(rule: BucketEncryption): XmlValue {
  return { ApplyServerSideEncryptionByDefault: encryptionRuleXml(rule) };
}

export function encryptionRuleXml({ algorithm, keyId, dataEncryption }: BucketEncryption): XmlValue {
  return { SSEAlgorithm: algorithm, KMSMasterKeyID: keyId, KMSDataEncryption: dataEncryption };
}

type HttpsConfig = Read<typeof httpsConfig>;

/** oss2's tests find a version that is named twice once, and TLS that is on without a version refused. */
export function readHttpsConfig(content: XmlContent): HttpsConfig {
  const config = httpsConfig.read(content, 'HttpsConfiguration');
  const { TLS } = config;
  if (TLS?.Enable && TLS.TLSVersion.length === 0) throw malformed('TLS needs TLSVersion.');
  return TLS ? { ...config, TLS: { ...TLS, TLSVersion: [...new Set(TLS.TLSVersion)].sort() } } : config;
}

export function readPublicAccessBlock(content: XmlContent): PublicAccessBlock {
  const { BlockPublicAccess } = publicAccessBlock.read(content, 'PublicAccessBlockConfiguration');
  return { isBlocked: BlockPublicAccess ?? false };
}

export function publicAccessBlockXml({ isBlocked }: PublicAccessBlock): XmlValue {
  return { BlockPublicAccess: isBlocked };
}
