/** What the page gives to the worker that reads a file: the file, and the code to read it with. Nothing else ever goes there. */
export type ToReader = { file: File; module: WebAssembly.Module };

/** What the page gives to the worker that packs an export: what leaves, and the code to pack it with. */
export type ToPacker =
  | { type: "export"; module: WebAssembly.Module; wish: string; items: ArrayBuffer }
  | { type: "events"; page: ArrayBuffer }
  | { type: "finish" };

/** How far the worker that packs is. */
export type FromPacker =
  /** What was given last was taken: the next may come. */
  | { type: "taken" }
  /** The archive, and what was read back of it (`Verified`) as JSON. */
  | { type: "packed"; archive: ArrayBuffer; verified: string }
  /** Why there is none (`ExportFailure`), as JSON. */
  | { type: "failed"; failure: string };

/** How far the reading is: bytes that were fetched from the disk, then what they mean. */
export type ReadingPhase = { phase: "fetching"; done: number; of: number } | { phase: "understanding" };

export type FromReader =
  | ({ type: "progress" } & ReadingPhase)
  /** The encoded import, which the core does not take on trust, and the file's SHA-256 in hex. */
  | { type: "read"; imported: ArrayBuffer; content: string }
  /** The file is refused, by the fixed word for why. */
  | { type: "refused"; code: string };
