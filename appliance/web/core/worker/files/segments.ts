/**
 * How one file of the core lies in several of the folder. A leader writes only to segments of its
 * own term; the first that a new term writes begins where the file ended when the term read it. So
 * whatever a superseded leader still writes lands beyond the cut and is never read.
 */
import { header } from "./framed";

/**
 * A file in the folder that holds a file of the core from `start` on; its content begins at `skip`. A
 * segment that is `whole` replaced the file: its length and hash stand in front.
 */
export type Segment = { name: string; file: string; term: number; turn: number; start: number; size: number; skip: number };

/** The first `length` bytes of a segment, which lie at `segment.start`. */
export type Piece = { segment: Segment; length: number };

export function segmentName(file: string, term: number, turn: number, start: number): string {
  return `${file}.${term}.${turn}.${start}`;
}

export function wholeName(file: string, term: number, turn: number): string {
  return `${segmentName(file, term, turn, 0)}.whole`;
}

export function isWhole(segment: Segment): boolean {
  return segment.skip > 0;
}

export function readSegment(name: string, size: number): Segment | null {
  const match = /^([a-z]+-\d{8,})\.(\d+)\.(\d+)\.(\d+)(\.whole)?$/.exec(name);
  if (!match) return null;
  const [, file = "", term, turn, start, whole] = match;
  const skip = whole ? header : 0;
  return { name, file, term: Number(term), turn: Number(turn), start: Number(start), size: Math.max(0, size - skip), skip };
}

/** Puts a file's segments together; a later one cuts those before it off where it starts. */
export function layOut(segments: readonly Segment[]): Piece[] {
  const ordered = [...segments].sort((a, b) => a.term - b.term || a.turn - b.turn);
  const pieces: Piece[] = [];
  for (const segment of ordered) {
    if (segment.start > lengthOf(pieces)) break; // what it continues is gone
    cut(pieces, segment.start);
    pieces.push({ segment, length: segment.size });
  }
  return pieces;
}

export function lengthOf(pieces: readonly Piece[]): number {
  const last = pieces.at(-1);
  return last ? last.segment.start + last.length : 0;
}

function cut(pieces: Piece[], at: number): void {
  for (let last = pieces.at(-1); last && last.segment.start >= at; last = pieces.at(-1)) pieces.pop();
  const last = pieces.at(-1);
  if (last) last.length = Math.min(last.length, at - last.segment.start);
}

/** Where a part of the file lies: names, and ranges within them. Nothing if it is not all there. */
export function locate(pieces: readonly Piece[], offset: number, length: number): { name: string; from: number; to: number }[] | null {
  if (offset + length > lengthOf(pieces)) return null;
  const ranges = [];
  for (const { segment, length: held } of pieces) {
    const from = Math.max(offset, segment.start);
    const to = Math.min(offset + length, segment.start + held);
    const begin = segment.start - segment.skip;
    if (from < to) ranges.push({ name: segment.name, from: from - begin, to: to - begin });
  }
  return ranges;
}
