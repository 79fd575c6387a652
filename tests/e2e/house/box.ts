import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

const starts_within_ms = 20_000;

/** The real binary on a data folder and a port of its own. The port outlives a restart, as the origin must. */
export class Box {
  readonly origin: string;
  /** As the terminal showed it at the last start; `null` once the box is claimed. */
  claimCode: string | null = null;
  #process: ChildProcess | null = null;
  #said = "";

  private constructor(readonly data: string, private readonly port: number) {
    this.origin = `http://localhost:${port}`;
  }

  static async make(): Promise<Box> {
    const box = new Box(await mkdtemp(path.join(tmpdir(), "lifeos-box-")), await freePort());
    await box.start();
    return box;
  }

  /** Starts the server and waits until it says whether it is claimed, which it says once it listens. */
  async start(): Promise<void> {
    const binary = process.env["LIFEOS_BINARY"];
    if (!binary) throw new Error("LIFEOS_BINARY names no binary");
    this.#said = "";
    const server = spawn(binary, ["serve", "--data", this.data, "--listen", `127.0.0.1:${this.port}`, "--origin", this.origin], { stdio: ["ignore", "pipe", "pipe"] });
    this.#process = server;
    const ready = new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`the box did not start:\n${this.#said}`)), starts_within_ms);
      server.once("exit", (code) => reject(new Error(`the box ended with ${code}:\n${this.#said}`)));
      const hear = (part: Buffer) => {
        this.#said += part.toString();
        const code = /Claim code: (\S+)/.exec(this.#said)?.[1];
        if (code === undefined && !this.#said.includes("The box is claimed.")) return;
        this.claimCode = code ?? null;
        clearTimeout(late);
        resolve();
      };
      server.stdout.on("data", hear);
      server.stderr.on("data", hear);
    });
    await ready;
  }

  /** Everything that this run of the server has written to its terminal. */
  get said(): string {
    return this.#said;
  }

  /** The plug is pulled: no farewell, no flush. */
  async kill(): Promise<void> {
    const server = this.#process;
    this.#process = null;
    if (!server || server.exitCode !== null) return;
    const gone = once(server, "exit");
    server.kill("SIGKILL");
    await gone;
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.data, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  if (address === null || typeof address === "string") throw new Error("the probe has no port");
  probe.close();
  await once(probe, "close");
  return address.port;
}
