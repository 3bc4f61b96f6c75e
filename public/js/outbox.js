// Reviews that wait for the network, by the key of their form. The page and the worker share
// them.

function inOutbox(mode, work) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("movies-diary", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("waiting", { keyPath: "key" });
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const transaction = opening.result.transaction("waiting", mode);
      const asked = work(transaction.objectStore("waiting"));
      transaction.oncomplete = () => {
        opening.result.close();
        resolve(asked.result);
      };
      transaction.onabort = () => reject(transaction.error);
    };
  });
}

const outbox = {
  all: () => inOutbox("readonly", (store) => store.getAll()),
  put: (review) => inOutbox("readwrite", (store) => store.put(review)),
  remove: (key) => inOutbox("readwrite", (store) => store.delete(key)),
};
