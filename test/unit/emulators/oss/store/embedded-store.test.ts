/** The embedded store keeps the contract, comes back whole, and leaves no file behind. */

import { openTestStore } from './embedded-tools.ts';
import { describeObjectStore } from './object-store.contract.ts';

describeObjectStore('embedded', async () => (await openTestStore({ sync: false })).store);
describeObjectStore('embedded, synced', async () => (await openTestStore({ sync: true })).store);
describeObjectStore(
  'embedded, nothing inline',
  async () => (await openTestStore({ sync: false, inlineBytesMax: 0 })).store,
);
