// Queued reviews by the key of their form, in an IndexedDB table that pages and the service worker
// share.

const settled = (target, success, failure) =>
  new Promise((resolve, reject) => {
    target[`on${success}`] = resolve;
    target[`on${failure}`] = () => reject(target.error);
  });

async function transact(mode, operation) {
  const opening = indexedDB.open("movies-diary", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("waiting", { keyPath: "key" });
  await settled(opening, "success", "error");
  try {
    const transaction = opening.result.transaction("waiting", mode);
    const request = operation(transaction.objectStore("waiting"));
    await settled(transaction, "complete", "abort");
    return request.result;
  } finally {
    opening.result.close();
  }
}

export const outbox = {
  all: () => transact("readonly", (store) => store.getAll()),
  put: (review) => transact("readwrite", (store) => store.put(review)),
  remove: (key) => transact("readwrite", (store) => store.delete(key)),
};
