// A separate storage for each sign-up, as in a server that signs up many users.

export function newStorage() {
  const items = new Map();
  const storageProvider = {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
  const names = ['token', 'cache', 'transaction', 'shared-transaction', 'original-uri'];
  return Object.fromEntries(names.map((name) => [name, { storageProvider }]));
}
