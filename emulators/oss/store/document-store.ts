/** Keeps the configuration documents of buckets (CORS, lifecycle …), of each kind at most one; knows nothing of what they say. */

export interface DocumentRef {
  bucket: string;
  /** `cors`, `lifecycle` … */
  kind: string;
}

export interface DocumentStore {
  /** As it was put; undefined when there is none. Costs next to nothing: every request may ask. */
  getDocument(ref: DocumentRef): unknown;
  /** Replaces what was there. The document is plain data, and is not changed afterwards. A throw of `guard` keeps things as they were. */
  putDocument(ref: DocumentRef, document: unknown, commit?: { guard?(): void }): Promise<void>;
  /** Removing one that is not there is no error. With its bucket every document goes, too. */
  removeDocument(ref: DocumentRef): Promise<void>;
}
