import type { Conversation } from "./wire.ts";

type Flow = { first: number; parts: Map<number, Buffer> };
type Talk = { toBox: Flow | null; fromBox: Flow | null };

/** Puts the bytes of a capture (pcap, Ethernet) together again, connection by connection, and refuses a gap. */
export function conversationsOf(pcap: Buffer, port: number): Conversation[] {
  const open = new Map<string, Talk>();
  const all: Talk[] = [];
  for (const packet of packetsOf(pcap)) {
    const segment = segmentOf(packet);
    if (!segment) continue;
    const isToBox = segment.to === port;
    const key = String(isToBox ? segment.from : segment.to);
    if (segment.isFirst) {
      const flow: Flow = { first: segment.sequence, parts: new Map() };
      if (isToBox) {
        const talk: Talk = { toBox: flow, fromBox: null };
        open.set(key, talk);
        all.push(talk);
      } else {
        const talk = open.get(key);
        if (talk) talk.fromBox = flow;
      }
      continue;
    }
    const talk = open.get(key);
    const flow = isToBox ? talk?.toBox : talk?.fromBox;
    if (segment.data.length === 0) continue;
    if (!flow) throw new Error("the capture has bytes of a connection whose beginning it missed");
    const at = (segment.sequence - flow.first - 1) >>> 0;
    const known = flow.parts.get(at);
    if (!known || known.length < segment.data.length) flow.parts.set(at, segment.data);
  }
  return all.map(({ toBox, fromBox }) => ({ toBox: joined(toBox), fromBox: joined(fromBox) }));
}

function joined(flow: Flow | null): Buffer {
  const parts: Buffer[] = [];
  let end = 0;
  for (const [at, data] of [...(flow?.parts ?? [])].toSorted(([a], [b]) => a - b)) {
    if (at > end) throw new Error("the capture has a gap");
    if (at + data.length <= end) continue;
    parts.push(data.subarray(end - at));
    end = at + data.length;
  }
  return Buffer.concat(parts);
}

function* packetsOf(pcap: Buffer): Generator<Buffer> {
  const little = pcap.readUInt32LE(0) === 0xa1b2c3d4;
  if (!little && pcap.readUInt32BE(0) !== 0xa1b2c3d4) throw new Error("not a capture");
  const number = (at: number) => (little ? pcap.readUInt32LE(at) : pcap.readUInt32BE(at));
  if (number(20) !== 1) throw new Error("not a capture of Ethernet frames");
  for (let at = 24; at + 16 <= pcap.length; ) {
    const [kept, length] = [number(at + 8), number(at + 12)];
    if (kept !== length) throw new Error("the capture cut a packet short");
    yield pcap.subarray(at + 16, at + 16 + kept);
    at += 16 + kept;
  }
}

function segmentOf(frame: Buffer) {
  const kind = frame.readUInt16BE(12);
  const ip = frame.subarray(14);
  let tcp: Buffer;
  if (kind === 0x0800) tcp = ip.subarray(((ip[0] ?? 0) & 15) * 4, ip.readUInt16BE(2));
  else if (kind === 0x86dd) tcp = ip.subarray(40, 40 + ip.readUInt16BE(4));
  else return null;
  const flags = tcp[13] ?? 0;
  return {
    from: tcp.readUInt16BE(0),
    to: tcp.readUInt16BE(2),
    sequence: tcp.readUInt32BE(4),
    isFirst: (flags & 2) !== 0,
    data: tcp.subarray(((tcp[12] ?? 0) >>> 4) * 4),
  };
}
