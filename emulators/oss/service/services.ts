/** What every decision of OSS may ask for. */
import type { ObjectStore } from '../store/object-store.ts';
import type { Tell } from './facts.ts';

export interface OssServices {
  store: ObjectStore;
  tell: Tell;
  accountId: string;
  /** `cn-beijing`. */
  region: string;
  /** 32 upper-case hex digits. */
  newUploadId(): string;
}
