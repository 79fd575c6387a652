import { type Access, type Folder, Full } from "./folder";

/** A folder for tests, with a disk that forgets at a kill what was not flushed, and that can be full. */
export class MemoryFolder implements Folder {
  readonly shares = true;
  readonly flushed = new Map<string, Uint8Array<ArrayBuffer>>();
  private present = new Map<string, Uint8Array<ArrayBuffer>>();
  room = Number.POSITIVE_INFINITY;

  /** The folder as it is found after a kill. */
  kill(): MemoryFolder {
    const after = new MemoryFolder();
    for (const [name, bytes] of this.flushed) {
      after.flushed.set(name, bytes);
      after.present.set(name, bytes);
    }
    return after;
  }

  async list(): Promise<Map<string, number>> {
    return new Map([...this.present].map(([name, bytes]) => [name, bytes.length]));
  }

  async open(name: string): Promise<Access> {
    if (!this.present.has(name)) this.present.set(name, new Uint8Array());
    const now = () => this.present.get(name) ?? new Uint8Array();
    return {
      size: () => now().length,
      read: (at, length) => now().slice(at, at + length),
      write: (bytes, at) => {
        this.room -= bytes.length;
        if (this.room < 0) throw new Full();
        const grown = new Uint8Array(Math.max(now().length, at + bytes.length));
        grown.set(now());
        grown.set(bytes, at);
        this.present.set(name, grown);
      },
      truncate: (size) => void this.present.set(name, now().slice(0, size)),
      flush: () => void this.flushed.set(name, now()),
      close: () => {},
    };
  }

  async read(name: string, from: number, to: number): Promise<Uint8Array<ArrayBuffer> | null> {
    return this.present.get(name)?.slice(from, to) ?? null;
  }

  async remove(name: string): Promise<void> {
    this.present.delete(name);
    this.flushed.delete(name);
  }
}
