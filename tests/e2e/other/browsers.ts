import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Driver, type Session } from "./driver.ts";
import { Page } from "./page.ts";

/** A browser that is no Chromium, with the one page that a person looks at. */
export type Other = { page: Page; driver: Driver; version: string; close(): Promise<void> };

export type FirefoxOptions = {
  /** Whether it has an authenticator, one that always says yes. */
  hasAuthenticator?: boolean;
  /** What its person has set, as `about:config` names it. */
  prefs?: Record<string, string | number | boolean>;
};

/** Debian's Firefox, by geckodriver. Its profile is a new one, and is gone when it is closed. */
export async function openFirefox(origin: string, { hasAuthenticator = true, prefs = {} }: FirefoxOptions = {}): Promise<Other> {
  const driver = await Driver.start(process.env["LIFEOS_GECKODRIVER"] ?? "geckodriver", (port) => ["--port", `${port}`, "--websocket-port", "0", "--allow-system-access"]);
  try {
    const session = await driver.session({
      browserName: "firefox",
      "moz:firefoxOptions": {
        binary: process.env["LIFEOS_FIREFOX"] ?? "/usr/bin/firefox-esr",
        args: ["-headless"],
        prefs: {
          "intl.accept_languages": "en-GB",
          // The driver's authenticator, and none that is plugged into this machine.
          "security.webauth.webauthn_enable_usbtoken": false,
          "security.webauth.webauthn_enable_softtoken": true,
          ...prefs,
        },
      },
    });
    if (hasAuthenticator) await addAuthenticator(session);
    const opened = await shown(driver, session, origin, async () => {});
    opened.page.zoom = (factor) => zoom(session, factor);
    return opened;
  } catch (error) {
    await driver.end();
    throw saying(error, driver);
  }
}

/** As its menu would; its driver has no word for it. */
async function zoom(session: Session, factor: number): Promise<void> {
  await session.post("/moz/context", { context: "chrome" });
  await session.run((by) => {
    (window as unknown as { gBrowser: { selectedBrowser: { fullZoom: number } } }).gBrowser.selectedBrowser.fullZoom = by;
  }, factor);
  await session.post("/moz/context", { context: "content" });
}

async function addAuthenticator(session: Session): Promise<void> {
  await session.post("/webauthn/authenticator", {
    protocol: "ctap2_1",
    transport: "internal",
    hasResidentKey: true,
    hasUserVerification: true,
    isUserConsenting: true,
    isUserVerified: true,
  });
}

/** Debian's WebKit, by its own driver, in a window on a screen that nobody sees. */
export async function openWebKit(origin: string, { keeps = true }: { keeps?: boolean } = {}): Promise<Other> {
  const folder = await mkdtemp(path.join(tmpdir(), "lifeos-webkit-"));
  const screen = await openScreen();
  const close = async () => {
    await screen.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  // What the browser keeps besides the profile it keeps there too.
  const env = { ...process.env, DISPLAY: screen.name, XDG_DATA_HOME: folder, XDG_CACHE_HOME: folder, GSETTINGS_BACKEND: "memory", NO_AT_BRIDGE: "1", LANG: "en_GB.UTF-8", LANGUAGE: "en_GB" };
  const driver = await Driver.start("WebKitWebDriver", (port) => [`--port=${port}`], env);
  try {
    const session = await driver.session({
      acceptInsecureCerts: true,
      "webkitgtk:browserOptions": {
        binary: path.join(import.meta.dirname, "webkit-window.py"),
        args: keeps ? [folder] : [],
      },
    });
    return await shown(driver, session, origin, close);
  } catch (error) {
    await driver.end();
    await close();
    throw saying(error, driver);
  }
}

/** A screen of its own, since WebKit draws only where there is one. */
async function openScreen(): Promise<{ name: string; close(): Promise<void> }> {
  const server = spawn("Xvfb", ["-displayfd", "1", "-screen", "0", "1600x1200x24", "-nolisten", "tcp"], { stdio: ["ignore", "pipe", "ignore"] });
  const [number] = (await Promise.race([
    once(server.stdout, "data"),
    once(server, "exit").then(() => Promise.reject(new Error("Xvfb did not start"))),
  ])) as [Buffer];
  return {
    name: `:${number.toString().trim()}`,
    close: async () => {
      const gone = once(server, "exit");
      server.kill("SIGTERM");
      await gone;
    },
  };
}

async function shown(driver: Driver, session: Session, origin: string, after: () => Promise<void>): Promise<Other> {
  const page = new Page(session);
  await session.post("/window/rect", { width: 1280, height: 860 });
  await page.open(origin);
  const { browserName, browserVersion } = session.capabilities;
  return {
    page,
    driver,
    version: `${browserName} ${browserVersion}`,
    close: async () => {
      await session.end().catch(() => {});
      await driver.end();
      await after();
    },
  };
}

function saying(error: unknown, driver: Driver): Error {
  return new Error(`${error instanceof Error ? error.message : error}\n${driver.said}`);
}
