import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Clock } from "./clock.ts";
import { freePort } from "./port.ts";
import { type Conversation, listenAt, type Wire } from "./wire/wire.ts";

const starts_within_ms = 20_000;

export type BoxOptions = {
  /** What it writes to its log, as `LIFEOS_LOG` takes it. */
  log?: string;
  /** Whether all that travels to it and from it is heard. */
  isHeard?: boolean;
  /** The clock that it goes by, where that is not the machine's. */
  clock?: Clock;
  /** The files that make its address `https`. */
  tls?: { certificate: string; key: string } | null;
};

/** The real binary on a data folder and a port of its own. The port outlives a restart, as the origin must. */
export class Box {
  origin: string;
  /** As the terminal showed it at the last start; `null` once the box is claimed. */
  claimCode: string | null = null;
  #process: ChildProcess | null = null;
  #said = "";
  readonly #copies: string[] = [];

  private constructor(readonly data: string, port: number, private readonly env: Record<string, string>, readonly wire: Wire | null, private readonly tls: BoxOptions["tls"] = null) {
    this.origin = `${tls ? "https" : "http"}://localhost:${port}`;
    this.port = wire?.boxPort ?? port;
  }

  private port: number;
  #former: string | null = null;

  static async make({ log, isHeard = false, clock, tls = null }: BoxOptions = {}): Promise<Box> {
    const port = await freePort();
    const wire = isHeard ? await listenAt(port) : null;
    const env = { ...(log === undefined ? {} : { LIFEOS_LOG: log }), ...clock?.env };
    const box = new Box(await mkdtemp(path.join(tmpdir(), "lifeos-box-")), port, env, wire, tls);
    await box.start();
    return box;
  }

  /** Starts the server and waits until it says whether it is claimed, which it says once it listens. */
  async start(): Promise<void> {
    const binary = process.env["LIFEOS_BINARY"];
    if (!binary) throw new Error("LIFEOS_BINARY names no binary");
    const from = this.#said.length;
    const server = spawn(binary, ["serve", "--data", this.data, "--listen", `127.0.0.1:${this.port}`, "--origin", this.origin, ...(this.#former === null ? [] : ["--former-origin", this.#former]), ...(this.tls ? ["--tls-cert", this.tls.certificate, "--tls-key", this.tls.key] : [])], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...this.env },
    });
    this.#process = server;
    let isReady = false;
    const ready = new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`the box did not start:\n${this.#said}`)), starts_within_ms);
      server.once("exit", (code) => reject(new Error(`the box ended with ${code}:\n${this.#said}`)));
      const hear = (part: Buffer) => {
        this.#said += part.toString();
        if (isReady) return;
        const said = this.#said.slice(from);
        const code = /Claim code: (\S+)/.exec(said)?.[1];
        if (code === undefined && !said.includes("The box is claimed.")) return;
        isReady = true;
        this.claimCode = code ?? null;
        clearTimeout(late);
        resolve();
      };
      server.stdout.on("data", hear);
      server.stderr.on("data", hear);
    });
    await ready;
  }

  /** Ends it and starts it again under another name and port. It still answers to the one that it had. */
  async rename(name: string): Promise<void> {
    await this.kill();
    this.#former = this.origin;
    this.port = await freePort();
    this.origin = `http://${name}:${this.port}`;
    await this.start();
  }

  /** Everything that the server has written to its terminal, over all its runs. */
  get said(): string {
    return this.#said;
  }

  /** What the server counts, as it tells it to who holds the token in its data folder. */
  async metrics(): Promise<string> {
    const token = (await readFile(path.join(this.data, "metrics-token"), "utf8")).trim();
    const answer = await fetch(`http://127.0.0.1:${this.port}/metrics`, { headers: { authorization: `Bearer ${token}` } });
    if (!answer.ok) throw new Error(`the metrics were refused: ${answer.status}`);
    return answer.text();
  }

  /** Everything that was heard between browsers and this box. Nothing more is heard after. */
  async conversations(): Promise<Conversation[]> {
    if (!this.wire) throw new Error("nobody listened to this box");
    return this.wire.end();
  }

  /** The plug is pulled: no farewell, no flush. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** It is asked to end, as a system that shuts down asks. */
  async stop(): Promise<void> {
    await this.#end("SIGTERM");
  }

  async #end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const server = this.#process;
    this.#process = null;
    if (!server || server.exitCode !== null) return;
    const gone = once(server, "exit");
    server.kill(signal);
    await gone;
  }

  /** Ends it and keeps a copy of its folder as it is now. Returns where. */
  async copy(): Promise<string> {
    await this.kill();
    const copy = await mkdtemp(path.join(tmpdir(), "lifeos-box-copy-"));
    this.#copies.push(copy);
    await cp(this.data, copy, { recursive: true });
    return copy;
  }

  /** Ends it and starts it again over a copy of its folder: it knows nothing of what came since. */
  async putBack(copy: string): Promise<void> {
    await this.kill();
    await rm(this.data, { recursive: true });
    await cp(copy, this.data, { recursive: true });
    await this.start();
  }

  async remove(): Promise<void> {
    await this.kill();
    for (const copy of this.#copies) await rm(copy, { recursive: true, force: true });
    await rm(this.data, { recursive: true, force: true });
  }
}
