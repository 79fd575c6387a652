import type { Layer } from "./layers.ts";

const block_bytes = 32_768;
const footer_bytes = 48;
const trailer_bytes = 5;

/** The records of a LevelDB log, put together again from the fragments of its blocks. */
export function* levelDbLog(file: Buffer): Generator<Layer> {
  let parts: Buffer[] = [];
  let from = 0;
  for (let at = 0; at + 7 <= file.length; ) {
    const left = block_bytes - (at % block_bytes);
    const length = file.readUInt16LE(at + 4);
    const kind = file[at + 6] ?? 0;
    if (left < 7 || kind === 0 || 7 + length > left) {
      at += left;
      continue;
    }
    const part = file.subarray(at + 7, at + 7 + length);
    if (kind === 1 || kind === 2) [parts, from] = [[], at];
    parts.push(part);
    if (kind === 1 || kind === 4) yield { name: `record at ${from}`, bytes: Buffer.concat(parts) };
    at += 7 + length;
  }
}

/** The entries of a LevelDB table: its blocks uncompressed, and each key made whole. */
export function* levelDbTable(file: Buffer): Generator<Layer> {
  if (file.length < footer_bytes || file.readBigUInt64LE(file.length - 8) !== 0xdb4775248b80fb57n) return;
  const footer = new Reader(file.subarray(-footer_bytes));
  footer.varint();
  footer.varint();
  for (const { value } of entries(block(file, footer.varint(), footer.varint()))) {
    const place = new Reader(value);
    const [offset, size] = [place.varint(), place.varint()];
    const inner = block(file, offset, size);
    const whole = entries(inner).map(({ key, value }) => Buffer.concat([key, Buffer.from([0]), value]));
    yield { name: `block at ${offset}`, bytes: Buffer.concat(whole) };
  }
}

function block(file: Buffer, offset: number, size: number): Buffer {
  const bytes = file.subarray(offset, offset + size);
  const kind = file[offset + size];
  if (offset + size + trailer_bytes > file.length || kind === undefined || kind > 1) throw new Error(`a LevelDB block of kind ${kind} cannot be opened`);
  return kind === 1 ? unsnap(bytes) : bytes;
}

function entries(bytes: Buffer): { key: Buffer; value: Buffer }[] {
  const end = bytes.length - 4 - 4 * bytes.readUInt32LE(bytes.length - 4);
  const reader = new Reader(bytes.subarray(0, end));
  const found: { key: Buffer; value: Buffer }[] = [];
  let key: Buffer = Buffer.alloc(0);
  while (!reader.isDone) {
    const [shared, own, length] = [reader.varint(), reader.varint(), reader.varint()];
    key = Buffer.concat([key.subarray(0, shared), reader.take(own)]);
    found.push({ key, value: reader.take(length) });
  }
  return found;
}

/** Opens what Snappy has closed (its block format). */
export function unsnap(packed: Buffer): Buffer {
  const reader = new Reader(packed);
  const out = Buffer.alloc(reader.varint());
  let at = 0;
  while (!reader.isDone) {
    const tag = reader.take(1)[0] ?? 0;
    const kind = tag & 3;
    if (kind === 0) {
      const short = tag >>> 2;
      const length = (short < 60 ? short : reader.take(short - 59).readUIntLE(0, short - 59)) + 1;
      reader.take(length).copy(out, at);
      at += length;
      continue;
    }
    const length = kind === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1;
    const back = kind === 1 ? ((tag >>> 5) << 8) | (reader.take(1)[0] ?? 0) : kind === 2 ? reader.take(2).readUInt16LE(0) : reader.take(4).readUInt32LE(0);
    if (back === 0 || back > at) throw new Error("a copy in Snappy reaches before the beginning");
    // Copied one by one: a copy may reach into what it is writing.
    for (let copied = 0; copied < length; copied += 1, at += 1) out[at] = out[at - back] ?? 0;
  }
  return out;
}

class Reader {
  #at = 0;
  constructor(private readonly bytes: Buffer) {}
  get isDone(): boolean {
    return this.#at >= this.bytes.length;
  }
  take(length: number): Buffer {
    if (this.#at + length > this.bytes.length) throw new Error("cut short");
    this.#at += length;
    return this.bytes.subarray(this.#at - length, this.#at);
  }
  varint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.take(1)[0] ?? 0;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }
}
