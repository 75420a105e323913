/** The documents that clients write to a bucket and read back: each described by its elements. */
import { z } from 'zod';
import { BUCKET_INVENTORIES_MAX } from '../limits.ts';
import { element, flag, kindOf, list, optional, type Shape, text, whole } from './document-shape.ts';

export const onOff = element({ Enabled: flag });
export const TRANSFER_ACCELERATION = kindOf('transferAcceleration', onOff);

export const accessMonitor = element({ Status: text({ oneOf: ['Enabled', 'Disabled'] }) });

export const publicAccessBlock = element({ BlockPublicAccess: optional(flag) });

export const resourceGroup = element({ ResourceGroupId: text({ lengthMax: 64 }) });

const TLS_VERSIONS = ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
export const httpsConfig = element({
  TLS: optional(element({ Enable: flag, TLSVersion: list(text({ oneOf: TLS_VERSIONS })) })),
  CipherSuite: optional(
    element({
      Enable: flag,
      StrongCipherSuite: optional(flag),
      CustomCipherSuite: list(text()),
      TLS13CustomCipherSuite: list(text()),
    }),
  ),
});
export const HTTPS_CONFIG = kindOf('httpsConfig', httpsConfig);

export const encryptionRule = element({
  ApplyServerSideEncryptionByDefault: element({
    SSEAlgorithm: text(),
    KMSMasterKeyID: optional(text()),
    KMSDataEncryption: optional(text()),
  }),
});

/** UNVERIFIED OSS-194: how often new objects may be told of, in seconds; the SDK's tests ask for every ten minutes. */
const DAY_SECONDS = 24 * 3600;
const COUNT = { min: 0, max: Number.MAX_SAFE_INTEGER };

/** oss2 2.19 tests: read back in alphabetical order. */
const storageClasses: Shape<string> = {
  schema: z.string(),
  read: (content, name) => text().read(content, name).split(',').sort().join(','),
};

export const inventory = element({
  Id: text({ matching: /^[A-Za-z0-9._-]{1,64}$/ }),
  IsEnabled: flag,
  Filter: optional(
    element({
      Prefix: optional(text()),
      LastModifyBeginTimeStamp: optional(whole(COUNT)),
      LastModifyEndTimeStamp: optional(whole(COUNT)),
      LowerSizeBound: optional(whole(COUNT)),
      UpperSizeBound: optional(whole(COUNT)),
      StorageClass: optional(storageClasses),
    }),
  ),
  Destination: element({
    OSSBucketDestination: element({
      Format: text({ oneOf: ['CSV', 'Parquet', 'ORC'] }),
      AccountId: text({ matching: /^\d{1,20}$/ }),
      RoleArn: text({ matching: /^acs:ram::/ }),
      Bucket: text({ matching: /^acs:oss:::./ }),
      Prefix: optional(text()),
      Encryption: optional(
        element({ 'SSE-KMS': optional(element({ KeyId: text() })), 'SSE-OSS': optional(text({ lengthMax: 0 })) }),
      ),
    }),
  }),
  Schedule: element({ Frequency: text({ oneOf: ['Daily', 'Weekly'] }) }),
  IncludedObjectVersions: text({ oneOf: ['All', 'Current'] }),
  OptionalFields: optional(element({ Field: list(text()) })),
  IncrementalInventory: optional(
    element({
      IsEnabled: flag,
      Schedule: optional(element({ Frequency: whole({ min: 1, max: DAY_SECONDS }) })),
      OptionalFields: optional(element({ Field: list(text()) })),
    }),
  ),
});

export const inventories = element({ InventoryConfiguration: list(inventory, { lengthMax: BUCKET_INVENTORIES_MAX }) });
export const INVENTORIES = kindOf('inventory', inventories);

/** Read for its form only: no domain can be bound, so none is ever served with it. */
const certificate = element({
  CertId: optional(text()),
  Certificate: optional(text({ lengthMax: 32_768 })),
  PrivateKey: optional(text({ lengthMax: 32_768 })),
  PreviousCertId: optional(text()),
  Force: optional(flag),
  DeleteCertificate: optional(flag),
});

export const cnameRequest = element({
  Cname: element({
    Domain: text({ matching: /^[A-Za-z0-9*-]+(\.[A-Za-z0-9-]+)+$/, lengthMax: 255 }),
    CertificateConfiguration: optional(certificate),
  }),
});
const cnameTokens = element({ Token: list(element({ Cname: text(), Token: text(), ExpiresAtMs: whole(COUNT) })) });
export const CNAME_TOKENS = kindOf('cnameTokens', cnameTokens);
