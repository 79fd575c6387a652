/**
 * The number of the present leadership over the files. It grows when a leader is superseded by
 * force; a leader looks at it after each flush and acknowledges nothing under another's number.
 *
 * Why that is safe: the new leader writes the number first and reads the files after. If the old
 * one still saw its own number after a flush, that flush came before the new number was written,
 * so the new leader reads what was acknowledged. If it saw the new number, it acknowledges nothing.
 */
import type { Access, Folder } from "./folder";

const file = "term";
const length = 16;

export class Term {
  private constructor(
    readonly number: number,
    private readonly folder: Folder,
    private readonly open: Access | null,
  ) {}

  /** Returns the number as stored; nothing if there is none that is whole. */
  static async stored(folder: Folder): Promise<number | null> {
    return decode(await folder.read(file, 0, length));
  }

  /** Writes the number, durably. */
  static async write(folder: Folder, number: number): Promise<void> {
    const access = await folder.open(file);
    try {
      access.write(encode(number), 0);
      access.flush();
    } finally {
      access.close();
    }
  }

  /** Leads under a number that is stored. */
  static async hold(folder: Folder, number: number): Promise<Term> {
    return new Term(number, folder, folder.shares ? await folder.open(file) : null);
  }

  /** Whether nobody began another term. */
  async stands(): Promise<boolean> {
    const bytes = this.open ? this.open.read(0, length) : await this.folder.read(file, 0, length);
    return decode(bytes) === this.number;
  }
}

function encode(number: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(number));
  view.setBigUint64(8, ~BigInt(number) & 0xffff_ffff_ffff_ffffn);
  return bytes;
}

function decode(bytes: Uint8Array | null): number | null {
  if (bytes?.length !== length) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const number = view.getBigUint64(0);
  return (number ^ view.getBigUint64(8)) === 0xffff_ffff_ffff_ffffn ? Number(number) : null;
}
