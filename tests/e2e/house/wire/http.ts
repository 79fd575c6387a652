import { brotliDecompressSync, constants, gunzipSync, inflateRawSync, inflateSync } from "node:zlib";
import type { Layer } from "../search/layers.ts";
import type { Conversation } from "./wire.ts";

/** All that one can make of a conversation: the bytes, each body unpacked, each WebSocket frame unmasked. */
export function* layersOfConversation({ toBox, fromBox }: Conversation, name: string): Generator<Layer> {
  yield { name: `${name} to the box`, bytes: toBox };
  yield* messages(toBox, `${name} to the box`);
  yield { name: `${name} from the box`, bytes: fromBox };
  yield* messages(fromBox, `${name} from the box`);
}

function* messages(stream: Buffer, name: string): Generator<Layer> {
  for (let at = 0; at < stream.length; ) {
    const end = stream.indexOf("\r\n\r\n", at);
    if (end < 0) return;
    const [first = "", ...lines] = stream.subarray(at, end).toString("latin1").split("\r\n");
    const headers = new Map(lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]));
    const status = /^HTTP\/1\.1 (\d{3})/.exec(first)?.[1];
    const what = `${name}: ${first.split(" ")[0]} at ${at}`;
    at = end + 4;
    if (headers.get("upgrade")?.toLowerCase() === "websocket" && (status === undefined || status === "101")) {
      yield* frames(stream.subarray(at), what);
      return;
    }
    let body: Buffer;
    if (headers.get("transfer-encoding")?.toLowerCase().includes("chunked")) {
      const chunks: Buffer[] = [];
      for (;;) {
        const line = stream.indexOf("\r\n", at);
        const size = line < 0 ? Number.NaN : Number.parseInt(stream.subarray(at, line).toString("latin1"), 16);
        if (Number.isNaN(size)) break; // cut off with the connection
        chunks.push(stream.subarray(line + 2, line + 2 + size));
        at = line + 2 + size + 2;
        if (size === 0) break;
      }
      body = Buffer.concat(chunks);
    } else {
      const length = status === "204" || status === "304" ? 0 : Number(headers.get("content-length") ?? 0);
      body = stream.subarray(at, at + length);
      at += length;
    }
    if (body.length > 0) yield { name: what, bytes: unpacked(body, headers.get("content-encoding") ?? "") };
  }
}

function unpacked(body: Buffer, encoding: string): Buffer {
  const loose = { finishFlush: constants.Z_SYNC_FLUSH };
  switch (encoding) {
    case "":
    case "identity":
      return body;
    case "gzip":
      return gunzipSync(body, loose);
    case "br":
      return brotliDecompressSync(body, { finishFlush: constants.BROTLI_OPERATION_FLUSH });
    case "deflate":
      return (body[0] ?? 0) % 16 === 8 ? inflateSync(body, loose) : inflateRawSync(body, loose);
    default:
      throw new Error(`a body in ${encoding}, which this search cannot open`);
  }
}

function* frames(stream: Buffer, name: string): Generator<Layer> {
  const message: Buffer[] = [];
  for (let at = 0; at + 2 <= stream.length; ) {
    const from = at;
    const [head, second] = [stream[at] ?? 0, stream[at + 1] ?? 0];
    if ((head & 0x70) !== 0) throw new Error("a compressed WebSocket frame, which this search cannot open");
    let length = second & 127;
    at += 2;
    if (length === 126) [length, at] = [stream.readUInt16BE(at), at + 2];
    else if (length === 127) [length, at] = [Number(stream.readBigUInt64BE(at)), at + 8];
    const mask = (second & 128) === 0 ? null : stream.subarray(at, at + 4);
    if (mask) at += 4;
    const payload = Buffer.from(stream.subarray(at, at + length));
    if (mask) for (let byte = 0; byte < payload.length; byte += 1) payload[byte] = (payload[byte] ?? 0) ^ (mask[byte % 4] ?? 0);
    at += length;
    message.push(payload);
    if ((head & 128) === 0) continue;
    yield { name: `${name}: frame at ${from}`, bytes: Buffer.concat(message.splice(0)) };
  }
}
