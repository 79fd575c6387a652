/**
 * What a page's worker holds in memory, as the debugger sees it after a collection: the WebAssembly
 * module's linear memory, and its JavaScript heap.
 */
export async function workerMemory(context, page) {
  const cdp = await context.newCDPSession(page);
  const workers = [];
  cdp.on("Target.attachedToTarget", ({ sessionId, targetInfo }) => {
    if (targetInfo.type === "worker") workers.push(sessionId);
  });
  await cdp.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const found = { wasm: 0, script: 0 };
  for (const worker of workers) {
    const ask = (method, params = {}) => askWorker(cdp, worker, method, params);
    await ask("HeapProfiler.collectGarbage");
    const { usedSize } = await ask("Runtime.getHeapUsage");
    found.script += usedSize;
    found.wasm += await wasmBytes(ask);
  }
  await cdp.detach();
  if (workers.length === 0) throw new Error("the page has no worker");
  return found;
}

/** Bytes of all memories of modules that live in it. */
async function wasmBytes(ask) {
  const { result: prototype } = await ask("Runtime.evaluate", { expression: "WebAssembly.Memory.prototype" });
  const { objects } = await ask("Runtime.queryObjects", { prototypeObjectId: prototype.objectId });
  const sum = "function () { return this.reduce((sum, memory) => sum + memory.buffer.byteLength, 0); }";
  const { result } = await ask("Runtime.callFunctionOn", { objectId: objects.objectId, functionDeclaration: sum, returnByValue: true });
  return result.value;
}

let next = 1;

function askWorker(cdp, sessionId, method, params) {
  const id = next++;
  return new Promise((resolve, reject) => {
    const hear = ({ sessionId: from, message }) => {
      const answer = JSON.parse(message);
      if (from !== sessionId || answer.id !== id) return;
      cdp.off("Target.receivedMessageFromTarget", hear);
      if (answer.error) reject(new Error(`${method}: ${answer.error.message}`));
      else resolve(answer.result);
    };
    cdp.on("Target.receivedMessageFromTarget", hear);
    cdp.send("Target.sendMessageToTarget", { sessionId, message: JSON.stringify({ id, method, params }) }).catch(reject);
  });
}
