/**
 * Bare durable writes into one open file: bytes that are appended and flushed; or a file that is
 * fetched, parsed, kept and stored as it is.
 */
const root = await navigator.storage.getDirectory();
const handle = await (await root.getFileHandle("bare", { create: true })).createSyncAccessHandle();

function store(bytes) {
  handle.write(bytes, { at: handle.getSize() });
  handle.flush();
}

self.onmessage = async ({ data }) => {
  if (data instanceof Uint8Array) store(data);
  else {
    const bytes = new Uint8Array(await (await fetch(data.url)).arrayBuffer());
    self.kept = JSON.parse(new TextDecoder().decode(bytes));
    store(bytes);
  }
  self.postMessage("durable");
};
self.postMessage("ready");
