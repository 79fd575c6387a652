/** The release binary on a data folder and a port of its own, as `tests/e2e/house/box.ts` starts it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

export class Box {
  claimCode = "";
  #server = null;

  constructor(data, port) {
    this.data = data;
    this.port = port;
    this.origin = `http://localhost:${port}`;
  }

  static async make() {
    const box = new Box(await mkdtemp(path.join(tmpdir(), "lifeos-bench-box-")), await freePort());
    await box.#start();
    return box;
  }

  async #start() {
    const listen = ["--listen", `127.0.0.1:${this.port}`, "--origin", this.origin];
    const server = spawn(process.env.LIFEOS_BINARY, ["serve", "--data", this.data, ...listen], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, LIFEOS_LOG: "warn" },
    });
    this.#server = server;
    let said = "";
    await new Promise((resolve, reject) => {
      server.once("exit", (code) => reject(new Error(`the box ended with ${code}`)));
      server.stdout.on("data", (part) => {
        said += part;
        const code = /Claim code: (\S+)/.exec(said)?.[1];
        if (code === undefined) return;
        this.claimCode = code;
        resolve();
      });
    });
  }

  get pid() {
    return this.#server.pid;
  }

  async remove() {
    const gone = once(this.#server, "exit");
    this.#server.kill("SIGKILL");
    await gone;
    await rm(this.data, { recursive: true, force: true });
  }
}

async function freePort() {
  const probe = createServer();
  probe.listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}
