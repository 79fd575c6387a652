import { type Access, type Folder, Full } from "./folder";

/** What the DOM's own types leave out: these exist in dedicated workers only. */
type SyncHandle = {
  readonly mode?: string;
  getSize(): number;
  read(buffer: Uint8Array, options: { at: number }): number;
  write(buffer: Uint8Array, options: { at: number }): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
};
type SyncFile = FileSystemFileHandle & { createSyncAccessHandle(options?: { mode: string }): Promise<SyncHandle> };
type Listed = FileSystemDirectoryHandle & { entries(): AsyncIterableIterator<[string, FileSystemHandle]> };

const shared = "readwrite-unsafe";
/** How long a file that another worker is just writing is waited for. */
const waitForFile_ms = 3_000;

/** Names of the errors by which browsers say that a file is open elsewhere; the second is Safari's. */
const inUse = ["NoModificationAllowedError", "InvalidStateError"];

/**
 * Opens the folder; `null` where this browser has none for this page (no secure context, a private
 * window that refuses it, storage switched off), or none that a worker can write to at once, as
 * WebKit on Linux.
 */
export async function openFolder(name: string): Promise<Folder | null> {
  try {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle(name, { create: true });
    const shares = await opensShared(folder);
    return shares === null ? null : new PrivateFolder(folder as Listed, shares);
  } catch {
    return null;
  }
}

/** Whether a file can be open in two workers at once, as far as this browser tells; `null` if not even in one. */
async function opensShared(folder: FileSystemDirectoryHandle): Promise<boolean | null> {
  const file = (await folder.getFileHandle("probe", { create: true })) as SyncFile;
  try {
    const handle = await file.createSyncAccessHandle({ mode: shared });
    const is = handle.mode === shared;
    handle.close();
    return is;
  } catch (error) {
    // Another tab may be trying the same.
    return inUse.includes(nameOf(error)) ? false : null;
  }
}

class PrivateFolder implements Folder {
  constructor(
    private readonly folder: Listed,
    readonly shares: boolean,
  ) {}

  async list(): Promise<Map<string, number>> {
    const found = new Map<string, number>();
    for await (const [name, handle] of this.folder.entries()) {
      if (handle.kind === "file") found.set(name, (await (handle as FileSystemFileHandle).getFile()).size);
    }
    return found;
  }

  async open(name: string): Promise<Access> {
    const file = (await saying(() => this.folder.getFileHandle(name, { create: true }))) as SyncFile;
    const until = performance.now() + waitForFile_ms;
    for (;;) {
      try {
        return new OpenFile(await file.createSyncAccessHandle(this.shares ? { mode: shared } : undefined));
      } catch (error) {
        if (!inUse.includes(nameOf(error)) || performance.now() > until) throw full(error);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  async read(name: string, from: number, to: number): Promise<Uint8Array<ArrayBuffer> | null> {
    try {
      const found = await this.folder.getFileHandle(name);
      // A handle reads at once what a blob brings through another process.
      if (this.shares) return await readShared(found as SyncFile, from, to);
      const file = await found.getFile();
      return new Uint8Array(await file.slice(from, to).arrayBuffer());
    } catch (error) {
      if (nameOf(error) === "NotFoundError") return null;
      throw error;
    }
  }

  async remove(name: string): Promise<void> {
    try {
      await this.folder.removeEntry(name);
    } catch (error) {
      if (nameOf(error) !== "NotFoundError") throw error;
    }
  }
}

async function readShared(file: SyncFile, from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
  const open = new OpenFile(await file.createSyncAccessHandle({ mode: shared }));
  try {
    return open.read(from, Math.max(0, Math.min(to, open.size()) - from));
  } finally {
    open.close();
  }
}

class OpenFile implements Access {
  constructor(private readonly handle: SyncHandle) {}

  size(): number {
    return this.handle.getSize();
  }
  read(at: number, length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, this.handle.read(bytes, { at }));
  }
  write(bytes: Uint8Array<ArrayBuffer>, at: number): void {
    let taken = 0;
    try {
      taken = this.handle.write(bytes, { at });
    } catch (error) {
      throw full(error);
    }
    if (taken !== bytes.length) throw new Full();
  }
  truncate(size: number): void {
    this.handle.truncate(size);
  }
  flush(): void {
    this.handle.flush();
  }
  close(): void {
    this.handle.close();
  }
}

async function saying<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw full(error);
  }
}

function full(error: unknown): unknown {
  return nameOf(error) === "QuotaExceededError" ? new Full() : error;
}

function nameOf(error: unknown): string {
  return error instanceof DOMException || error instanceof Error ? error.name : "";
}
