/** Why a store can't be opened as the settings say: one sentence that names what would mend it. */

export class StoreUnusable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreUnusable';
  }
}
