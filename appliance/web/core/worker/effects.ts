/** What the core asks of its host: crates/replica/src/client/effect.rs, as crates/wasm passes it. */
export type Effect =
  | Request
  | { type: "tailConnect"; path: string; first: Uint8Array<ArrayBuffer> }
  | { type: "tailClose" }
  | { type: "write"; token: number; writes: Write[] }
  | { type: "writeVault"; token: number; bytes: Uint8Array<ArrayBuffer> }
  | { type: "read"; token: number; files: string[] }
  | { type: "readPart"; token: number; file: string; offset: number; length: number }
  | { type: "eraseAll" }
  | { type: "wakeAfter"; ms: number }
  | { type: "answer"; id: number; reply?: string; problem?: string }
  | { type: "push"; kind: "status" | "view" | "progress" | "locked"; subscription?: number; push: string }
  | { type: "ended" };

export type Request = {
  type: "http";
  token: number;
  method: string;
  path: string;
  headers: [string, string][];
  body: Uint8Array<ArrayBuffer>;
  streamed: boolean;
};

export type Write =
  | { type: "append"; file: string; offset: number; bytes: Uint8Array<ArrayBuffer> }
  | { type: "truncate"; file: string; length: number }
  | { type: "replace"; file: string; bytes: Uint8Array<ArrayBuffer> }
  | { type: "remove"; file: string };

/** How a write ended: empty is well. */
export type Failure = "" | "full" | "failed";

/** The core's own methods; each returns effects, to be carried out in order. */
export type CoreLike = {
  now(wall_ms: number, monotonic_ms: number, utcOffsetMinutes: number): void;
  started(vault: Uint8Array | undefined, files: string[]): Effect[];
  call(id: number, call: string, attachment?: Uint8Array): Effect[];
  http(token: number, status: number, body: Uint8Array): Effect[];
  http_failed(token: number, cut: boolean): Effect[];
  http_piece(token: number, bytes: Uint8Array): Effect[];
  tail_open(): Effect[];
  tail_message(bytes: Uint8Array): Effect[];
  tail_closed(): Effect[];
  written(token: number, failure: Failure): Effect[];
  read(token: number, names: string[], contents: Uint8Array[]): Effect[];
  read_part(token: number, bytes?: Uint8Array): Effect[];
  wake(): Effect[];
  online(): Effect[];
  handover(localKey: Uint8Array): Effect[];
  local_key(): Uint8Array | undefined;
};
