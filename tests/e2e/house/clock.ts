import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const source = path.join(import.meta.dirname, "clock.c");
const day_s = 86_400;

/** The clock on the wall, for a box and for browsers that are started by it: it can be put forward while they run. */
export class Clock {
  private constructor(private readonly folder: string) {}

  static async make(): Promise<Clock> {
    const clock = new Clock(await mkdtemp(path.join(tmpdir(), "lifeos-clock-")));
    await promisify(execFile)("cc", ["-shared", "-fPIC", "-O2", "-o", clock.library, source]);
    await writeFile(clock.file, ahead(0));
    return clock;
  }

  /** What a program is started with, to go by this clock. */
  get env(): Record<string, string> {
    return { LD_PRELOAD: this.library, LIFEOS_CLOCK: this.file };
  }

  /** From now on it is as many days later than it is, for everybody who goes by this clock. */
  async putForward(days: number): Promise<void> {
    // Into the file that they look at, not in place of it.
    await writeFile(this.file, ahead(days), { flag: "r+" });
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private get library(): string {
    return path.join(this.folder, "clock.so");
  }

  private get file(): string {
    return path.join(this.folder, "ahead");
  }
}

/** A number of eight bytes, as the machine has its numbers. */
function ahead(days: number): Uint8Array {
  return new Uint8Array(new BigInt64Array([BigInt(days * day_s)]).buffer);
}
