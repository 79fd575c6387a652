import type { Port } from "./client";
import { canKeep } from "./keeps";
import { WorkerPort } from "./port";
import { scriptUrl } from "./trusted";
import address from "./worker/index.ts?worker&url";

/** Starts the worker that holds the keys, the log and the folded state. */
export function startWorker(): Port {
  if (!canKeep()) return keepsNothing;
  const url = scriptUrl(address);
  const port = new WorkerPort(() => new Worker(url, { type: "module", name: "lifeos" }));
  const look = () => port.setVisible(document.visibilityState === "visible");
  document.addEventListener("visibilitychange", look);
  look();
  keepStorage(port);
  return port;
}

/** Stands where a worker would fail before it could say why. */
const keepsNothing: Port = {
  postMessage: () => {},
  addEventListener: (_type, listener) => queueMicrotask(() => listener(new MessageEvent("message", { data: { storage: "none" } }))),
};

/** Asks the browser, once there is something to keep, not to clear it away when room gets short. */
function keepStorage(port: Port): void {
  let asked = false;
  port.addEventListener("message", ({ data }) => {
    if (asked || !("push" in data) || data.push.type !== "status" || data.push.status.phase.type !== "open") return;
    asked = true;
    void navigator.storage?.persist?.().catch(() => false);
  });
}
