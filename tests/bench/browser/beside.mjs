/** Programs beside the browser: parts that `lifeos-bench` plays itself. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { createInterface } from "node:readline";

/** A program that answers each line with one, and ends with its input. */
class Beside {
  #process;
  #lines;

  constructor(...role) {
    this.#process = spawn(process.env.LIFEOS_BENCH, role.map(String), { stdio: ["pipe", "pipe", "inherit"] });
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  async line() {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error("a program beside the browser ended");
    return value;
  }

  ask(line) {
    this.#process.stdin.write(`${line}\n`);
    return this.line();
  }

  async end() {
    const gone = once(this.#process, "exit");
    this.#process.stdin.end();
    await gone;
  }
}

/** A device of the person, native, that writes tasks: `fill(count)` writes until there are so many and says what is counted then. */
export function filler(origin, { code, account }) {
  const device = new Beside("fill", origin, code, account);
  return { fill: async (count) => JSON.parse(await device.ask(count)), end: () => device.end() };
}

/** Slows a process (`process`) or all of a group (`group`) until its end is asked for. */
export async function slowed(what, id) {
  const holder = new Beside("slow", what, id);
  return { means: await holder.line(), end: () => holder.end() };
}

/** The group of the processes of the browser that has this profile: that of its first process. */
export async function groupOf(profile) {
  for (const id of await readdir("/proc")) {
    if (!/^\d+$/.test(id)) continue;
    const [command, stat] = await Promise.all([readFile(`/proc/${id}/cmdline`, "utf8"), readFile(`/proc/${id}/stat`, "utf8")]).catch(() => ["", ""]);
    if (!command.includes(profile) || command.includes("--type=")) continue;
    // After the name in brackets: state, parent, group.
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2]);
  }
  throw new Error("the browser's processes were not found");
}
