/** A bare durable write: bytes appended to one open file and flushed, then acknowledged. */
const root = await navigator.storage.getDirectory();
const handle = await (await root.getFileHandle("bare", { create: true })).createSyncAccessHandle();

self.onmessage = ({ data: bytes }) => {
  handle.write(bytes, { at: handle.getSize() });
  handle.flush();
  self.postMessage("durable");
};
self.postMessage("ready");
