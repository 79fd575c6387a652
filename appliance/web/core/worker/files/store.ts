/**
 * The core's files in the browser's private file system: sealed files that are appended to, and the
 * vault. Work is done in the order given; it counts as done when it is durable and this worker's
 * term still stands (term.ts). Holds no key and looks into no file.
 */
import type { Failure, Write } from "../effects";
import { type Access, type Folder, Full } from "./folder";
import { header, readFramed, writeFramed, writings } from "./framed";
import { isWhole, layOut, lengthOf, locate, type Piece, readSegment, type Segment, segmentName, wholeName } from "./segments";
import { Term } from "./term";

const vault = "vault";
/** What lay in the folder when a term began: nothing else of earlier terms is ever read. */
const inventory = "inventory";

/** Another worker leads: this one must end. */
export class Superseded extends Error {}

export class Store {
  private readonly files = new Map<string, Piece[]>();
  private readonly handles = new Map<string, Access>();
  private turn = 0;
  private working: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly folder: Folder,
    private readonly term: Term,
  ) {}

  /** Opens the store. `byForce` begins a new term: the leader before may still be alive. */
  static async open(folder: Folder, byForce: boolean): Promise<Store> {
    const stored = await Term.stored(folder);
    const known = [...(await folder.list()).keys()].map((name) => Number(name.split(".")[1] ?? 0)).filter(Number.isSafeInteger);
    const damaged = stored === null && known.some((term) => term > 0);
    const number = byForce || damaged ? Math.max(0, stored ?? 0, ...known) + 1 : (stored ?? 1);
    if (number !== stored) await Term.write(folder, number);
    const store = new Store(folder, await Term.hold(folder, number));
    await store.take(await folder.list());
    return store;
  }

  /** Names of the files. */
  names(): string[] {
    return [...this.files.keys()];
  }

  /** The vault as last written whole. */
  readVault(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.inTurn(async () => {
      const accepted = await this.inventory(await this.folder.list());
      for (const { name, term } of writings(accepted.keys(), vault)) {
        if (term > this.term.number) continue;
        const content = await readFramed(this.folder, name);
        if (content) return content;
      }
      return undefined;
    });
  }

  write(writes: readonly Write[]): Promise<Failure> {
    return this.durably(async () => {
      let open: { name: string; access: Access } | null = null;
      const turnTo = async (name: string | null) => {
        if (open && open.name !== name) {
          open.access.flush();
          if (!this.folder.shares) this.close(open.name);
          open = null;
        }
        if (name !== null) open ??= { name, access: await this.handle(name) };
        return open?.access;
      };
      for (const write of writes) {
        if (write.type === "remove") {
          await turnTo(null);
          await this.remove(write.file);
          continue;
        }
        if (write.type === "replace") {
          await turnTo(null);
          await this.replace(write.file, write.bytes);
          continue;
        }
        const offset = write.type === "append" ? write.offset : write.length;
        const piece = await this.endAt(write.file, offset);
        const access = await turnTo(piece.segment.name);
        if (!access) throw new Error("a file that was asked for is open");
        const at = offset - piece.segment.start;
        if (access.size() > at) access.truncate(at);
        if (write.type === "append") access.write(write.bytes, at);
        piece.length = at + (write.type === "append" ? write.bytes.length : 0);
      }
      await turnTo(null);
    });
  }

  writeVault(bytes: Uint8Array<ArrayBuffer>): Promise<Failure> {
    return this.durably(async () => {
      const before = writings((await this.folder.list()).keys(), vault);
      const turn = 1 + Math.max(0, ...before.filter((old) => old.term === this.term.number).map((old) => old.turn));
      await writeFramed(this.folder, `${vault}.${this.term.number}.${turn}`, bytes);
      if (!(await this.term.stands())) throw new Superseded();
      for (const old of before) await this.folder.remove(old.name);
    });
  }

  /** Reads whole files; what is missing is left out. */
  read(names: readonly string[]): Promise<[string, Uint8Array<ArrayBuffer>][]> {
    return this.inTurn(async () => {
      const found: [string, Uint8Array<ArrayBuffer>][] = [];
      for (const name of names) {
        const bytes = await this.part(name, 0, lengthOf(this.files.get(name) ?? []));
        if (bytes && this.files.has(name)) found.push([name, bytes]);
      }
      return found;
    });
  }

  readPart(file: string, offset: number, length: number): Promise<Uint8Array<ArrayBuffer> | null> {
    return this.inTurn(() => this.part(file, offset, length));
  }

  /** Removes everything: first what opens the rest. */
  eraseAll(): Promise<Failure> {
    return this.durably(async () => {
      const names = [...(await this.folder.list()).keys()].filter((name) => name !== "term" && !name.startsWith(`${inventory}.`));
      names.sort((a, b) => Number(b.startsWith(`${vault}.`)) - Number(a.startsWith(`${vault}.`)));
      for (const name of names) {
        this.close(name);
        await this.folder.remove(name);
      }
      this.files.clear();
    });
  }

  /** Resolves when everything that was asked for so far is done. */
  async settled(): Promise<void> {
    await this.working;
  }

  private async take(listed: Map<string, number>): Promise<void> {
    const accepted = await this.inventory(listed);
    const segments = new Map<string, Segment[]>();
    for (const [name, size] of accepted) {
      const segment = readSegment(name, size);
      if (!segment || segment.term > this.term.number) continue;
      segments.set(segment.file, [...(segments.get(segment.file) ?? []), segment]);
      this.turn = Math.max(this.turn, segment.turn);
    }
    for (const [file, parts] of segments) this.files.set(file, layOut(await this.standing(parts)));
  }

  /** What counts: files of this term, and of earlier ones what this term found when it began. */
  private async inventory(listed: Map<string, number>): Promise<Map<string, number>> {
    const { number } = this.term;
    if (number === 1) return listed;
    const name = `${inventory}.${number}.1`;
    const stored = await readFramed(this.folder, name);
    let found: [string, number][];
    if (stored) found = JSON.parse(new TextDecoder().decode(stored)) as [string, number][];
    else {
      found = [...listed];
      await writeFramed(this.folder, name, new TextEncoder().encode(JSON.stringify(found)));
    }
    const accepted = new Map<string, number>();
    for (const [each, size] of found) {
      const now = listed.get(each);
      if (now !== undefined) accepted.set(each, Math.min(size, now));
    }
    for (const [each, size] of listed) if (Number(each.split(".")[1]) === number) accepted.set(each, size);
    return accepted;
  }

  /** The piece of this term that a file goes on in at `offset`; what lies beyond is cut off. */
  private async endAt(file: string, offset: number): Promise<Piece> {
    const pieces = this.files.get(file) ?? [];
    if (offset > lengthOf(pieces)) throw new Error("the file is shorter than that");
    const last = pieces.at(-1);
    if (last && last.segment.term === this.term.number && last.segment.start <= offset) return last;
    // What an earlier leader wrote may not be on the disk yet; what follows it must not outlive it.
    for (const { segment } of pieces) {
      const access = await this.folder.open(segment.name);
      access.flush();
      access.close();
    }
    this.turn += 1;
    const { number } = this.term;
    const name = segmentName(file, number, this.turn, offset);
    const segment: Segment = { name, file, term: number, turn: this.turn, start: offset, size: 0, skip: 0 };
    const laid = layOut([...pieces.map((piece) => ({ ...piece.segment, size: piece.length })), segment]);
    this.files.set(file, laid);
    const made = laid.at(-1);
    if (made?.segment !== segment) throw new Error("a new segment is the last");
    return made;
  }

  /** What stands after a kill in the midst of a replacement: the old segments, or the new one alone. */
  private async standing(segments: readonly Segment[]): Promise<readonly Segment[]> {
    const whole = segments.filter(isWhole).sort((a, b) => b.term - a.term || b.turn - a.turn);
    for (const segment of whole) {
      // Where nothing is beside it, it was durable before the old ones went.
      if (segments.length > 1 && !(await readFramed(this.folder, segment.name))) continue;
      for (const old of segments) if (old !== segment) await this.folder.remove(old.name);
      return [segment];
    }
    for (const torn of whole) await this.folder.remove(torn.name);
    return segments.filter((segment) => !isWhole(segment));
  }

  private async replace(file: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.turn += 1;
    const name = wholeName(file, this.term.number, this.turn);
    await writeFramed(this.folder, name, bytes);
    if (!(await this.term.stands())) throw new Superseded();
    for (const old of (await this.folder.list()).keys()) {
      if (old === name || readSegment(old, 0)?.file !== file) continue;
      this.close(old);
      await this.folder.remove(old);
    }
    const segment = readSegment(name, header + bytes.length);
    this.files.set(file, segment ? layOut([segment]) : []);
  }

  private async remove(file: string): Promise<void> {
    for (const name of (await this.folder.list()).keys()) {
      if (readSegment(name, 0)?.file !== file) continue;
      this.close(name);
      await this.folder.remove(name);
    }
    this.files.delete(file);
  }

  private async part(file: string, offset: number, length: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const ranges = locate(this.files.get(file) ?? [], offset, length);
    if (!ranges) return null;
    const whole = new Uint8Array(length);
    let at = 0;
    for (const { name, from, to } of ranges) {
      const open = this.handles.get(name);
      const bytes = open ? open.read(from, to - from) : await this.folder.read(name, from, to);
      if (bytes?.length !== to - from) return null;
      whole.set(bytes, at);
      at += bytes.length;
    }
    return whole;
  }

  private async handle(name: string): Promise<Access> {
    const open = this.handles.get(name) ?? (await this.folder.open(name));
    this.handles.set(name, open);
    return open;
  }

  private close(name: string): void {
    this.handles.get(name)?.close();
    this.handles.delete(name);
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.working.then(work);
    this.working = done.catch(() => {});
    return done;
  }

  private async durably(work: () => Promise<void>): Promise<Failure> {
    return this.inTurn(async () => {
      try {
        await work();
        if (!(await this.term.stands())) throw new Superseded();
        return "";
      } catch (error) {
        if (error instanceof Superseded) throw error;
        return error instanceof Full ? "full" : "failed";
      }
    });
  }
}
