/** Something that was stored can't be read as it was written: lost, cut short or changed behind the store's back. */
export class StoreDamage extends Error {
  override name = 'StoreDamage';
}
