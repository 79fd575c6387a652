/**
 * Small files that are replaced as a whole: each writing makes a new one, `name.TERM.TURN`, with its
 * length and hash in front. The newest that is whole counts, so that a kill at any instant leaves
 * either the old content or the new.
 */
import type { Folder } from "./folder";

const magic = 0x4c46_5331; // "LFS1"
/** How many bytes stand in front of the content. */
export const header = 4 + 4 + 32;

export type Numbered = { name: string; term: number; turn: number };

/** Lists the writings of a file, newest first. */
export function writings(names: Iterable<string>, of: string): Numbered[] {
  const found: Numbered[] = [];
  for (const name of names) {
    const [stem, term, turn, more] = name.split(".");
    if (stem === of && term && turn && more === undefined) found.push({ name, term: Number(term), turn: Number(turn) });
  }
  return found.sort((a, b) => b.term - a.term || b.turn - a.turn);
}

export async function writeFramed(folder: Folder, name: string, content: Uint8Array<ArrayBuffer>): Promise<void> {
  const bytes = new Uint8Array(header + content.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic);
  view.setUint32(4, content.length);
  bytes.set(new Uint8Array(await crypto.subtle.digest("SHA-256", content)), 8);
  bytes.set(content, header);
  const file = await folder.open(name);
  try {
    file.truncate(0);
    file.write(bytes, 0);
    file.flush();
  } finally {
    file.close();
  }
}

/** Returns the content, or nothing if it is not whole. */
export async function readFramed(folder: Folder, name: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const bytes = await folder.read(name, 0, Number.MAX_SAFE_INTEGER);
  if (!bytes || bytes.length < header) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const content = bytes.slice(header);
  if (view.getUint32(0) !== magic || view.getUint32(4) !== content.length) return null;
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return hash.every((byte, at) => byte === bytes[8 + at]) ? content : null;
}
