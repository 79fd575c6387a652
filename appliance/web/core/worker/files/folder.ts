/** A folder of the browser's private file system, as far as the store needs it. */

/** An open file. Calls are synchronous; what was flushed survives a kill. */
export type Access = {
  size(): number;
  read(at: number, length: number): Uint8Array<ArrayBuffer>;
  /** Throws if not every byte was taken. */
  write(bytes: Uint8Array<ArrayBuffer>, at: number): void;
  truncate(size: number): void;
  flush(): void;
  close(): void;
};

export type Folder = {
  /** Whether an open file may be open elsewhere too; if not, files are open only while written. */
  readonly shares: boolean;
  /** Names and sizes. */
  list(): Promise<Map<string, number>>;
  open(name: string): Promise<Access>;
  /** Returns nothing if there is no such file. */
  read(name: string, from: number, to: number): Promise<Uint8Array<ArrayBuffer> | null>;
  remove(name: string): Promise<void>;
};

/** The storage has no room, or may have none for this page. */
export class Full extends Error {}
