/** What every decision of OSS may ask for. */
import type { Access } from '../../../src/kernel/pipeline.ts';
import type { Principal } from '../../../src/kernel/principal.ts';
import type { ObjectStore } from '../store/object-store.ts';
import type { CallbackSender } from './callback.ts';
import type { Tell } from './facts.ts';
import type { SizeRange } from './post-policy.ts';

export interface FormSubject {
  bucket: string;
  /** By lower-case name. */
  fields: ReadonlyMap<string, string>;
}

export interface OssServices {
  store: ObjectStore;
  tell: Tell;
  accountId: string;
  /** `cn-beijing`. */
  region: string;
  /** 32 upper-case hex digits. */
  newUploadId(): string;
  /** PostObject's caller, whom only the form names, and the file sizes the form's policy allows. */
  authenticateForm(form: FormSubject): { principal: Principal; size: SizeRange };
  /** A restore that was kept will be done at that moment of kernel time, and wants to be told of then. */
  restoreKept(readyAtMs: number): void;
  /** Calls the application server of an upload that asks for it. */
  sendCallback: CallbackSender;
  /** Throws the room's refusal unless the principal may do it. */
  authorizeAs(access: Access): void;
}
