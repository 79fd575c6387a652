import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { freePort } from "../house/port.ts";

/** How W3C WebDriver names an element in its answers. */
const elementKey = "element-6066-11e4-a52e-4f735466cecf";
export type Handle = { [elementKey]: string };

/** What a driver answers instead, by the name that the standard gives it: `stale element reference`. */
export class Refused extends Error {
  constructor(readonly code: string, message: string) {
    super(`${code}: ${message}`);
  }
}

const starts_within_ms = 30_000;

/** A browser's own driver, a process that speaks W3C WebDriver on a port of this machine. */
export class Driver {
  private constructor(private readonly process: ChildProcess, private readonly address: string, private readonly heard: () => string) {}

  static async start(program: string, args: (port: number) => readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Driver> {
    const port = await freePort();
    const started = spawn(program, args(port), { stdio: ["ignore", "pipe", "pipe"], env });
    let said = "";
    const hear = (part: Buffer) => {
      said = (said + part.toString()).slice(-20_000);
    };
    started.stdout.on("data", hear);
    started.stderr.on("data", hear);
    started.on("error", hear);
    const driver = new Driver(started, `http://127.0.0.1:${port}`, () => said);
    const until = Date.now() + starts_within_ms;
    for (;;) {
      const isReady = await driver.send("GET", "/status").then(() => true, () => false);
      if (isReady) return driver;
      if (Date.now() > until || started.exitCode !== null) throw new Error(`${program} did not start:\n${said}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Opens a browser. */
  async session(alwaysMatch: Record<string, unknown>): Promise<Session> {
    const { sessionId, capabilities } = (await this.send("POST", "/session", { capabilities: { alwaysMatch } })) as { sessionId: string; capabilities: Record<string, unknown> };
    return new Session(this, `/session/${sessionId}`, capabilities);
  }

  async send(method: "GET" | "POST" | "DELETE", path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(this.address + path, { method, ...(body !== undefined && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }) });
    const { value } = (await answer.json()) as { value: unknown };
    if (answer.ok) return value;
    const { error, message } = value as { error: string; message: string };
    throw new Refused(error, message);
  }

  /** What the driver and its browser last wrote to their terminal. */
  get said(): string {
    return this.heard();
  }

  async end(): Promise<void> {
    if (this.process.exitCode !== null) return;
    const gone = once(this.process, "exit");
    this.process.kill("SIGTERM");
    await gone;
  }
}

/** One browser, as its driver shows it. */
export class Session {
  constructor(private readonly driver: Driver, private readonly path: string, readonly capabilities: Record<string, unknown>) {}

  get(path: string): Promise<unknown> {
    return this.driver.send("GET", this.path + path);
  }

  post(path: string, body: unknown = {}): Promise<unknown> {
    return this.driver.send("POST", this.path + path, body);
  }

  async end(): Promise<void> {
    await this.driver.send("DELETE", this.path);
  }

  /** Runs a function in the page; it is sent as its text, and knows nothing but its arguments. */
  async run<Args extends readonly unknown[], Result>(work: (...args: Args) => Result, ...args: Args): Promise<Awaited<Result>> {
    return (await this.post("/execute/sync", { script: `return (${work}).apply(null, arguments)`, args })) as Awaited<Result>;
  }

  async click(element: Handle): Promise<void> {
    await this.post(`/element/${element[elementKey]}/click`);
  }

  /** Keys for one element, as a person types them once it has the focus. */
  async type(element: Handle, text: string): Promise<void> {
    await this.post(`/element/${element[elementKey]}/value`, { text });
  }

  /** Keys for whatever has the focus; those of one call are held together. */
  async press(...held: readonly string[]): Promise<void> {
    const down = held.map((value) => ({ type: "keyDown", value }));
    const up = [...held].reverse().map((value) => ({ type: "keyUp", value }));
    await this.post("/actions", { actions: [{ type: "key", id: "keyboard", actions: [...down, ...up] }] });
  }

  async picture(): Promise<Buffer> {
    return Buffer.from((await this.get("/screenshot")) as string, "base64");
  }
}
