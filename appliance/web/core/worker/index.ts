/**
 * The dedicated worker behind a page. One worker of the origin leads: it owns the core, the keys in
 * use, the files and the link to the box. The others pass their page's calls to it, and hold the
 * local key while it does, so that any of them can go on where it stops.
 */
import init, { Core } from "../wasm/lifeos.js";
import wasm from "../wasm/lifeos_bg.wasm?url";
import { Bus } from "./bus";
import type { CoreLike } from "./effects";
import { noStore } from "./files/no-store";
import { openFolder } from "./files/opfs";
import { Store } from "./files/store";
import type { FromPage, Storage, ToPage } from "./messages";
import { TabWorker } from "./tab-worker";

/** A worker's own global, as the DOM's types do not know it. */
type Page = { postMessage(messages: readonly ToPage[]): void; onmessage: ((event: MessageEvent<FromPage>) => void) | null };
const page = self as unknown as Page;

/** Compiled while the lock is waited for. */
const compiled = init({ module_or_path: wasm });

const worker = new TabWorker(new Bus(), (messages) => page.postMessage(messages), {
  async core(): Promise<CoreLike> {
    await compiled;
    return new Core(self.location.origin, crypto.getRandomValues(new Uint8Array(32))) as unknown as CoreLike;
  },
  async files(byForce: boolean) {
    const folder = await openFolder("lifeos");
    if (!folder) return { files: noStore, storage: "none" satisfies Storage };
    return { files: await Store.open(folder, byForce), storage: "files" satisfies Storage };
  },
});

page.onmessage = (event) => worker.fromPage(event.data);
self.addEventListener("online", () => worker.online());
worker.start();
