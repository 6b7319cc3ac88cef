// A server that signs many people up keeps their transactions apart, and so do the clients here.

export function storageOfOnePerson() {
  const items = new Map();
  const storageProvider = {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
  const kinds = ['token', 'cache', 'transaction', 'shared-transaction', 'original-uri'];
  return Object.fromEntries(kinds.map((kind) => [kind, { storageProvider }]));
}
