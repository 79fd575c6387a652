import { type BrowserContext, type CDPSession, chromium, type Page } from "@playwright/test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Clock } from "./clock.ts";
import { Trap } from "./trap.ts";

export type BrowserOptions = {
  /** What its authenticator can do; `null`: it has none. */
  authenticator?: "prf" | "noPrf" | null;
  viewport?: { width: number; height: number };
  colorScheme?: "light" | "dark";
  /** The profile of a browser that was shut; without it, a new one. */
  profile?: string;
  /** The page's policy does not bind it. For the controls of tests that the policy must pass. */
  bypassCSP?: boolean;
  /** No service worker: every file comes from the box, where a test can look at it or change it. */
  serviceWorkers?: "allow" | "block";
  /** The clock that it goes by, where that is not the machine's. */
  clock?: Clock;
};

const authenticatorOf = {
  protocol: "ctap2",
  ctap2Version: "ctap2_1",
  transport: "internal",
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  automaticPresenceSimulation: true,
} as const;

/** What is not to be had within this is not there; a test that waits for it to the end says less. */
const act_within_ms = 20_000;

/** A person's browser: a profile on the disk of its own, and an authenticator that always says yes. */
export class Browser {
  /** What pages said to the console as an error, and what they threw. */
  readonly complaints: string[] = [];
  /** The authenticators that are plugged in, the first one first. */
  readonly authenticators: string[] = [];

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    readonly profile: string,
    /** Speaks to the page's tools: authenticators, storage. */
    readonly tools: CDPSession,
    private readonly trap: Trap,
  ) {}

  static async open(origin: string, { authenticator = "prf", viewport = { width: 1280, height: 860 }, colorScheme = "light", profile, bypassCSP = false, serviceWorkers = "allow", clock }: BrowserOptions = {}): Promise<Browser> {
    const folder = profile ?? (await mkdtemp(path.join(tmpdir(), "lifeos-profile-")));
    const trap = await Trap.open();
    const context = await chromium.launchPersistentContext(folder, {
      executablePath: process.env["LIFEOS_CHROMIUM"] ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox", "--disable-gpu", "--disable-background-networking",
        `--proxy-server=http://${trap.address}`, `--proxy-bypass-list=<-loopback>;${new URL(origin).host}`,
      ],
      locale: "en-GB",
      timezoneId: "Europe/Berlin",
      viewport,
      colorScheme,
      bypassCSP,
      serviceWorkers,
      ...(clock ? { env: { ...process.env as Record<string, string>, ...clock.env } } : {}),
    });
    context.setDefaultTimeout(act_within_ms);
    const page = context.pages()[0] ?? (await context.newPage());
    const browser = new Browser(context, page, folder, await context.newCDPSession(page), trap);
    page.on("console", (message) => message.type() === "error" && browser.complaints.push(message.text()));
    page.on("pageerror", (error) => browser.complaints.push(error.message));
    if (authenticator !== null) await browser.addAuthenticator({ hasPrf: authenticator === "prf" });
    await page.goto(origin);
    return browser;
  }

  /** Plugs an authenticator in that always says yes. */
  async addAuthenticator({ hasPrf = true, transport = "internal" }: { hasPrf?: boolean; transport?: "internal" | "usb" } = {}): Promise<string> {
    await this.tools.send("WebAuthn.enable");
    const { authenticatorId } = await this.tools.send("WebAuthn.addVirtualAuthenticator", { options: { ...authenticatorOf, transport, hasPrf } });
    this.authenticators.push(authenticatorId);
    return authenticatorId;
  }

  /** Requests of this browser that were not for its box. None of them got anywhere. */
  get strayed(): readonly string[] {
    return this.trap.caught;
  }

  /** The names of all files that the origin keeps in this profile. */
  async files(): Promise<string[]> {
    return this.page.evaluate(async () => {
      type Folder = FileSystemDirectoryHandle & { entries(): AsyncIterable<[string, FileSystemHandle]> };
      const names: string[] = [];
      const walk = async (folder: Folder, at: string): Promise<void> => {
        for await (const [name, entry] of folder.entries()) {
          if (entry.kind === "directory") await walk(entry as Folder, `${at}${name}/`);
          else names.push(at + name);
        }
      };
      await walk((await navigator.storage.getDirectory()) as Folder, "");
      return names;
    });
  }

  /** Closes the browser. Its profile stays as it is on the disk. */
  async shut(): Promise<void> {
    await this.context.close();
    this.trap.close();
  }

  /** Closes the browser and forgets its profile. */
  async close(): Promise<void> {
    await this.shut();
    await rm(this.profile, { recursive: true, force: true, maxRetries: 3 });
  }
}
