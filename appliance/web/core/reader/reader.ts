/**
 * The worker that reads one file of another product, or packs one export, and ends. It holds no key,
 * is told nothing but the file, or what leaves, and reaches nothing: the box serves this script under
 * a policy of its own.
 */
import { Exporting, initSync, most_bytes, read } from "../wasm/exchange.js";
import { confine } from "./confine";
import type { FromPacker, FromReader, ToPacker, ToReader } from "./messages";

/** A worker's own global, as the DOM's types do not know it. */
type Page = { postMessage(message: FromReader | FromPacker, transfer?: Transferable[]): void; onmessage: ((event: MessageEvent<ToReader | ToPacker>) => void) | null };
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

page.onmessage = ({ data }) => {
  if ("type" in data) pack(data);
  else return readFile(data);
};

async function readFile({ file, module }: ToReader): Promise<void> {
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
}

/** The export that is being made. */
let exporting: Exporting | null = null;

function pack(message: ToPacker): void {
  try {
    switch (message.type) {
      case "export":
        initSync({ module: message.module });
        exporting = new Exporting(message.wish, new Uint8Array(message.items), zone, offsetAt);
        page.postMessage({ type: "taken" });
        break;
      case "events":
        exporting?.events(new Uint8Array(message.page));
        page.postMessage({ type: "taken" });
        break;
      case "finish": {
        const verified = exporting?.finish() ?? "";
        const archive = exporting?.archive().buffer as ArrayBuffer;
        page.postMessage({ type: "packed", archive, verified }, [archive]);
      }
    }
  } catch (failure) {
    if (typeof failure !== "string") throw failure;
    page.postMessage({ type: "failed", failure });
  }
}
// An error in a promise is no error of the worker by itself: the page must hear of it.
self.addEventListener("unhandledrejection", (event) => {
  throw event.reason;
});
