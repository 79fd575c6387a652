import { attempt, type Layer } from "./layers.ts";
import { brotliDecompressSync } from "node:zlib";

const magic = Buffer.from("305c72a71b6dfbfc", "hex");
const header_bytes = 24;

/**
 * An entry of Chromium's simple cache: a header, the key, then the answer's body as it travelled.
 * Deflate in it is found by its first bytes; Brotli has none, and is tried where the body begins.
 */
export function* cacheEntry(bytes: Buffer): Generator<Layer> {
  if (bytes.length < header_bytes || !bytes.subarray(0, 8).equals(magic)) return;
  const body = bytes.subarray(header_bytes + bytes.readUInt32LE(12));
  const brotli = attempt(() => brotliDecompressSync(body));
  if (brotli) yield { name: "brotli body", bytes: brotli };
}
