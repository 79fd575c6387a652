import { brotliDecompressSync, constants, inflateRawSync, inflateSync } from "node:zlib";
import { cacheEntry } from "./cache-entry.ts";
import { levelDbLog, levelDbTable } from "./level-db.ts";

/** Bytes, and how one came to them: `Cookies`, `Cookies > gzip at 12`. */
export type Layer = { name: string; bytes: Buffer };

const most_bytes = 256 << 20;
const deepest = 4;

/**
 * The bytes themselves, and everything in them that can be opened: gzip, zlib and zip members
 * wherever they begin, Brotli where a file or a cached answer begins, the records of LevelDB (Snappy
 * included), the entries of Chromium's caches.
 */
export function* layersOf(layer: Layer, depth = 0): Generator<Layer> {
  yield layer;
  if (depth === deepest) return;
  for (const inner of openings(layer)) yield* layersOf({ name: `${layer.name} > ${inner.name}`, bytes: inner.bytes }, depth + 1);
}

function* openings({ name, bytes }: Layer): Generator<Layer> {
  if (/\.log$/.test(name)) yield* levelDbLog(bytes);
  if (/\.(ldb|sst)$/.test(name)) yield* levelDbTable(bytes);
  yield* cacheEntry(bytes);
  yield* streams(bytes);
  const brotli = attempt(() => brotliDecompressSync(bytes, { maxOutputLength: most_bytes }));
  if (brotli) yield { name: "brotli", bytes: brotli };
}

const loose = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: most_bytes };

/** Deflate in its three wrappings, wherever the first bytes of one stand. */
function* streams(bytes: Buffer): Generator<Layer> {
  for (let at = bytes.indexOf(0x1f); at >= 0; at = bytes.indexOf(0x1f, at + 1)) {
    if (bytes[at + 1] !== 0x8b || bytes[at + 2] !== 8) continue;
    const inner = attempt(() => inflateRawSync(bytes.subarray(gzipBody(bytes, at)), loose));
    if (inner) yield { name: `gzip at ${at}`, bytes: inner };
  }
  for (let at = bytes.indexOf(0x78); at >= 0; at = bytes.indexOf(0x78, at + 1)) {
    if (!(bytes[at + 1] === 0x01 || bytes[at + 1] === 0x5e || bytes[at + 1] === 0x9c || bytes[at + 1] === 0xda)) continue;
    const inner = attempt(() => inflateSync(bytes.subarray(at), loose));
    if (inner) yield { name: `zlib at ${at}`, bytes: inner };
  }
  const zip = Buffer.from("PK\x03\x04", "latin1");
  for (let at = bytes.indexOf(zip); at >= 0 && at + 30 <= bytes.length; at = bytes.indexOf(zip, at + 1)) {
    const data = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
    const inner = attempt(() => inflateRawSync(bytes.subarray(data), loose));
    if (inner) yield { name: `zip member at ${at}`, bytes: inner };
  }
}

/** Where the deflate stream of a gzip member begins. Opened without its wrapping, it may have anything behind it. */
function gzipBody(bytes: Buffer, at: number): number {
  const flags = bytes[at + 3] ?? 0;
  let body = at + 10;
  if (flags & 4) body += 2 + bytes.readUInt16LE(body);
  if (flags & 8) body = bytes.indexOf(0, body) + 1;
  if (flags & 16) body = bytes.indexOf(0, body) + 1;
  return flags & 2 ? body + 2 : body;
}

/** What comes out, unless nothing does or the bytes only looked like it. */
export function attempt(open: () => Buffer): Buffer | null {
  try {
    const inner = open();
    return inner.length > 0 ? inner : null;
  } catch {
    return null;
  }
}
