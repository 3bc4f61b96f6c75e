// Reviews that wait for the network, by the key of their form. The page and the worker share
// them.

const outcome = (of, good, bad) =>
  new Promise((resolve, reject) => {
    of[`on${good}`] = resolve;
    of[`on${bad}`] = () => reject(of.error);
  });

async function inOutbox(mode, work) {
  const opening = indexedDB.open("movies-diary", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("waiting", { keyPath: "key" });
  await outcome(opening, "success", "error");
  try {
    const transaction = opening.result.transaction("waiting", mode);
    const asked = work(transaction.objectStore("waiting"));
    await outcome(transaction, "complete", "abort");
    return asked.result;
  } finally {
    opening.result.close();
  }
}

const outbox = {
  all: () => inOutbox("readonly", (store) => store.getAll()),
  put: (review) => inOutbox("readwrite", (store) => store.put(review)),
  remove: (key) => inOutbox("readwrite", (store) => store.delete(key)),
};
