/** The page's side of the worker that reads a file: one worker for each file, ended with it. */
import { CallFailed, type FileReading, type LifeClient, type Readout } from "../client";
import { scriptUrl } from "../trusted";
import wasm from "../wasm/exchange_bg.wasm?url";
import { type Exported, type ExportOptions, exportBy, type PackerLike } from "./exporting";
import { type ReaderLike, readBy } from "./reading";
import address from "./reader.ts?worker&url";

/** Compiled once for all files; the worker itself can fetch nothing. */
let compiled: Promise<WebAssembly.Module> | null = null;

function compile(): Promise<WebAssembly.Module> {
  compiled ??= WebAssembly.compileStreaming(fetch(wasm)).catch((failed: unknown) => {
    compiled = null;
    throw failed;
  });
  return compiled;
}

export const readFile: FileReading = async (file, options): Promise<Readout> => {
  const module = await compile().catch(() => {
    throw new CallFailed({ code: "import", detail: "readerMissing" });
  });
  const begin = () => new Worker(scriptUrl(address), { type: "module", name: "lifeos reader" }) as ReaderLike;
  return readBy(begin, { file, module }, options);
};

/** Packs what a person takes along, where there are no keys, and reads it back. */
export async function exportLife(client: LifeClient, options: ExportOptions): Promise<Exported> {
  const module = await compile().catch(() => {
    throw new CallFailed({ code: "import", detail: "readerMissing" });
  });
  const begin = () => new Worker(scriptUrl(address), { type: "module", name: "lifeos export" }) as PackerLike;
  return exportBy(begin, client, module, options);
}
