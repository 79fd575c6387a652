import { type BrowserContext, chromium, type Page } from "@playwright/test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

export type BrowserOptions = {
  /** What its authenticator can do; `null`: it has none. */
  authenticator?: "prf" | "noPrf" | null;
  viewport?: { width: number; height: number };
  colorScheme?: "light" | "dark";
};

/** A person's browser: a profile on the disk of its own, and an authenticator that always says yes. */
export class Browser {
  /** What pages said to the console as an error, and what they threw. */
  readonly complaints: string[] = [];

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    readonly profile: string,
  ) {}

  static async open(origin: string, { authenticator = "prf", viewport = { width: 1280, height: 860 }, colorScheme = "light" }: BrowserOptions = {}): Promise<Browser> {
    const profile = await mkdtemp(path.join(tmpdir(), "lifeos-profile-"));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: process.env["LIFEOS_CHROMIUM"] ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
      locale: "en-GB",
      timezoneId: "Europe/Berlin",
      viewport,
      colorScheme,
    });
    const page = context.pages()[0] ?? (await context.newPage());
    const cdp = await context.newCDPSession(page);
    const browser = new Browser(context, page, profile);
    page.on("console", (message) => message.type() === "error" && browser.complaints.push(message.text()));
    page.on("pageerror", (error) => browser.complaints.push(error.message));
    if (authenticator !== null) {
      await cdp.send("WebAuthn.enable");
      await cdp.send("WebAuthn.addVirtualAuthenticator", {
        options: {
          protocol: "ctap2",
          ctap2Version: "ctap2_1",
          transport: "internal",
          hasResidentKey: true,
          hasUserVerification: true,
          isUserVerified: true,
          automaticPresenceSimulation: true,
          hasPrf: authenticator === "prf",
        },
      });
    }
    await page.goto(origin);
    return browser;
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

  /** Closes the browser and forgets its profile. */
  async close(): Promise<void> {
    await this.context.close();
    await rm(this.profile, { recursive: true, force: true, maxRetries: 3 });
  }
}
