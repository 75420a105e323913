/** What an object is said to lie under; its bytes are kept as they are. */
export interface ObjectEncryption {
  algorithm: 'AES256' | 'KMS' | 'SM4';
  /** Of KMS. */
  keyId?: string | undefined;
  /** Of KMS, where the data lies under another algorithm than AES256. */
  dataEncryption?: 'SM4' | undefined;
}
