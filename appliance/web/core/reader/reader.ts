/**
 * The worker that reads one file of another product, and ends. It holds no key, is told nothing but
 * the file, and reaches nothing: the box serves this script under a policy of its own.
 */
import { initSync, most_bytes, read } from "../wasm/exchange.js";
import { confine } from "./confine";
import type { FromReader, ToReader } from "./messages";

/** A worker's own global, as the DOM's types do not know it. */
type Page = { postMessage(message: FromReader, transfer?: Transferable[]): void; onmessage: ((event: MessageEvent<ToReader>) => void) | null };
const page = self as unknown as Page;
confine(self);

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const offsetAt = (at_ms: number) => -new Date(at_ms).getTimezoneOffset();

/** Fetches the file piece by piece, and says how far it is. */
async function fetched(file: File): Promise<Uint8Array> {
  const bytes = new Uint8Array(file.size);
  const pieces = file.stream().getReader();
  let done = 0;
  for (let piece = await pieces.read(); !piece.done; piece = await pieces.read()) {
    bytes.set(piece.value, done);
    done += piece.value.length;
    page.postMessage({ type: "progress", phase: "fetching", done, of: file.size });
  }
  return bytes.subarray(0, done);
}

page.onmessage = async ({ data: { file, module } }) => {
  initSync({ module });
  if (file.size > most_bytes()) return page.postMessage({ type: "refused", code: "tooLarge" });
  const bytes = await fetched(file);
  page.postMessage({ type: "progress", phase: "understanding" });
  try {
    const reading = read(file.name, bytes, zone, offsetAt);
    const imported = reading.import().buffer as ArrayBuffer;
    page.postMessage({ type: "read", imported, content: reading.content() }, [imported]);
  } catch (refused) {
    if (typeof refused !== "string") throw refused;
    page.postMessage({ type: "refused", code: refused });
  }
};
// An error in a promise is no error of the worker by itself: the page must hear of it.
self.addEventListener("unhandledrejection", (event) => {
  throw event.reason;
});
