/**
 * Has Chromium measure: `node drive.mjs` reads `{measurement, …}` from standard input and writes
 * what was measured to standard output, both as JSON. Started by `lifeos-bench`; decides nothing.
 */
import { createRequire } from "node:module";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Box } from "./box.mjs";

const web = createRequire(new URL("../../../appliance/web/package.json", import.meta.url));
const { chromium } = web("playwright-core");

const flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];
/** Frames are made when there is something to show, not at a screen's own beat. */
const unpaced = ["--disable-frame-rate-limit", "--disable-gpu-vsync"];

async function browse(act, more = []) {
  const profile = await mkdtemp(path.join(tmpdir(), "lifeos-bench-profile-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.LIFEOS_CHROMIUM ?? "/usr/bin/chromium",
    args: [...flags, ...more],
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    viewport: { width: 1280, height: 860 },
  });
  try {
    return await act(context, context.pages()[0] ?? (await context.newPage()));
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** One measurement in a worker of its own, as each start of the product is in one. */
const inWorker = (page, measurement, input) =>
  page.evaluate(
    ({ measurement, input }) =>
      new Promise((resolve, reject) => {
        const worker = new Worker("./worker.mjs", { type: "module" });
        worker.onerror = (event) => reject(new Error(event.message));
        worker.onmessage = ({ data }) => {
          if (data.ready) return worker.postMessage({ measurement, input });
          worker.terminate();
          if (data.error) reject(new Error(data.error));
          else resolve(data.value);
        };
      }),
    { measurement, input },
  );

const measurements = {
  log: ({ origin, changes, rounds }) =>
    browse(async (_, page) => {
      await page.goto(origin);
      return inWorker(page, "log", { changes, rounds });
    }),

  start: ({ origin, local, names, bare, rounds }) =>
    browse(async (_, page) => {
      await page.goto(origin);
      await inWorker(page, "store", { names: [...names, bare] });
      const ours = [];
      const bareMs = [];
      for (let round = 0; round < rounds; round += 1) {
        ours.push(await inWorker(page, "start", { local, names }));
        bareMs.push(await inWorker(page, "bareStart", { name: bare }));
      }
      return { ours, bare: bareMs, lists: await inWorker(page, "lists", { local, names, bare, rounds }) };
    }),

  write: ({ origin, rounds, each }) =>
    withBox((box) =>
      browse(async (context, page) => {
        await authenticator(context, page);
        await context.addInitScript(watch);
        await page.goto(box.origin);
        await claim(page, box);
        await page.getByRole("navigation", { name: "Places" }).getByRole("link", { name: /^Inbox/ }).click();
        await page.getByRole("heading", { level: 1, name: "Inbox" }).waitFor();
        const bare = await context.newPage();
        await bare.goto(origin);
        const measured = { screen: [], durable: [], bareScreen: [], bareDurable: [] };
        for (let round = 0; round <= rounds; round += 1) {
          // The first round warms up.
          const into = round === 0 ? { screen: [], durable: [], bareScreen: [], bareDurable: [] } : measured;
          await page.bringToFront();
          for (let at = 0; at < each; at += 1) await add(page, `Round ${round} task ${at}`, into);
          await clear(page);
          await bare.bringToFront();
          for (let at = 0; at < each; at += 1) await addBare(bare, `Round ${round} line ${at}`, into);
        }
        return measured;
      }, unpaced),
    ),

  load: ({ origin, rounds }) =>
    withBox(async (box) => {
      const measured = { cold: [], warmLocked: [], warmUnlocked: [], bare: [] };
      await browse(async (context, page) => {
        await authenticator(context, page);
        await context.addInitScript(watch);
        await page.goto(box.origin);
        await claim(page, box);
        await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
        for (let round = 0; round <= rounds; round += 1) {
          await page.goto(box.origin, { waitUntil: "commit" });
          const locked = await usable(page, "Locked");
          const unlocked = await unlock(page);
          const cold = await browse(async (fresh, first) => {
            await fresh.addInitScript(watch);
            await first.goto(box.origin, { waitUntil: "commit" });
            return usable(first, "Welcome back");
          });
          const bare = await browse(async (fresh, first) => {
            await fresh.addInitScript(watch);
            await first.goto(origin, { waitUntil: "commit" });
            return usable(first, "Bare");
          });
          if (round === 0) continue;
          measured.warmLocked.push(locked);
          measured.warmUnlocked.push(unlocked);
          measured.cold.push(cold);
          measured.bare.push(bare);
        }
      });
      return measured;
    }),
};

async function withBox(act) {
  const box = await Box.make();
  try {
    return await act(box);
  } finally {
    await box.remove();
  }
}

/** Runs in the page before its own scripts: hears what goes to its worker and when frames are shown. */
function watch() {
  const asked = new Map();
  globalThis.benchDurable = [];
  globalThis.Worker = class extends Worker {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        for (const { type, id } of data) {
          if (type !== "answer" || !asked.has(id)) continue;
          globalThis.benchDurable.push(performance.now() - asked.get(id));
          asked.delete(id);
        }
      });
    }
    postMessage(message, ...more) {
      if (message?.call?.type === "do") asked.set(message.id, performance.now());
      super.postMessage(message, ...more);
    }
  };

  /** The time at which a frame was made that shows what `find` finds; it looks after each change of the page. */
  globalThis.benchShown = (find) =>
    new Promise((resolve) => {
      const look = () => {
        if (!find()) return false;
        observer.disconnect();
        // The frame's own callback runs before it is painted; a task after it runs behind. One of the
        // highest priority: what came meanwhile and waits has no part in that frame.
        requestAnimationFrame(() => void scheduler.postTask(() => resolve(performance.now()), { priority: "user-blocking" }));
        return true;
      };
      const observer = new MutationObserver(look);
      observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
      look();
    });

  /** The first screen with a heading and something to do, and when it was shown. */
  const first = () => {
    const heading = document.querySelector("h1")?.textContent;
    const todo = document.querySelector("main button:not(:disabled), main input:not(:disabled), body > button");
    return heading && todo ? heading : null;
  };
  globalThis.benchUsable = globalThis.benchShown(first).then((at) => ({ shown: first(), at }));

  /** From Enter to the frame that shows the text. */
  globalThis.benchEnter = (text) => {
    globalThis.benchEntered = new Promise((resolve) => {
      const entered = (event) => {
        if (event.key !== "Enter") return;
        window.removeEventListener("keydown", entered, true);
        const from = performance.now();
        const row = () => [...document.querySelectorAll("[role=row], li")].some((each) => each.textContent.includes(text));
        void globalThis.benchShown(row).then((at) => resolve(at - from));
      };
      window.addEventListener("keydown", entered, true);
    });
  };
}

async function add(page, title, into) {
  await page.keyboard.press("q");
  const field = page.getByRole("textbox", { name: "What is to be done?" });
  await field.fill(title);
  // Nobody has typed a line before the window stands.
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map((each) => each.finished)));
  await page.evaluate((text) => globalThis.benchEnter(text), title);
  await field.press("Enter");
  into.screen.push(await page.evaluate(() => globalThis.benchEntered));
  await page.waitForFunction(() => globalThis.benchDurable.length > 0);
  into.durable.push(...(await page.evaluate(() => globalThis.benchDurable.splice(0))));
  await field.waitFor({ state: "hidden" });
}

/** Takes a round's tasks away: the list draws what is in sight, and new ones come at its end. */
async function clear(page) {
  const rows = page.getByRole("row");
  await rows.first().focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  await rows.first().waitFor({ state: "detached" });
  await page.waitForFunction(() => globalThis.benchDurable.length > 0);
  await page.evaluate(() => globalThis.benchDurable.splice(0));
}

/** As many bytes as the product journals for such a task. */
const written_bytes = 1_024;

async function addBare(page, text, into) {
  const field = page.getByRole("textbox", { name: "What" });
  await field.fill(text);
  await page.evaluate((line) => globalThis.benchEnter(line), text);
  await field.press("Enter");
  into.bareScreen.push(await page.evaluate(() => globalThis.benchEntered));
  into.bareDurable.push(await page.evaluate((bytes) => window.writeBare(bytes), written_bytes));
}

/** Milliseconds from the beginning of the navigation to a frame with the heading and something to do. */
async function usable(page, heading) {
  const { shown, at } = await page.evaluate(() => globalThis.benchUsable);
  if (shown !== heading) throw new Error(`the first screen is ${shown}, not ${heading}`);
  return at;
}

/** Milliseconds from the click, the authenticator's own time included, to a frame with Today. */
async function unlock(page) {
  await page.evaluate(() => {
    globalThis.benchUnlocked = new Promise((resolve) => {
      const clicked = () => {
        const from = performance.now();
        const today = () => [...document.querySelectorAll("h1")].some((each) => each.textContent === "Today");
        void globalThis.benchShown(today).then((at) => resolve(at - from));
      };
      window.addEventListener("click", clicked, { capture: true, once: true });
    });
  });
  await page.getByRole("button", { name: "Unlock with the passkey" }).click();
  return page.evaluate(() => globalThis.benchUnlocked);
}

async function authenticator(context, page) {
  const cdp = await context.newCDPSession(page);
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
      hasPrf: true,
    },
  });
}

/** From the claim page to Today, as `tests/e2e/house/steps.ts` goes it. */
async function claim(page, box) {
  await page.getByRole("textbox", { name: "Claim code" }).fill(box.claimCode);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByRole("textbox", { name: "Your name" }).fill("Ada Example");
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByRole("button", { name: "Make the passkey" }).click();
  const sheet = page.getByRole("article", { name: /^Recovery kit/ });
  const again = page.getByRole("button", { name: "Use the passkey" });
  await sheet.or(again).waitFor();
  if (await again.isVisible()) await again.click();
  await sheet.waitFor();
  const groups = await sheet.getByRole("list").first().getByRole("listitem").allInnerTexts();
  const printed = groups.map((text) => text.trim().split(/\s+/).at(-1));
  await page.getByRole("button", { name: "I wrote it down by hand" }).click();
  await page.getByRole("button", { name: "It is kept, go on" }).click();
  await page.getByRole("heading", { name: "Read a part of it back" }).waitFor();
  for (const input of await page.getByRole("textbox", { name: /^Group \d+$/ }).all()) {
    const label = await input.evaluate((element) => element.labels[0].textContent);
    await input.fill(printed[Number(/\d+/.exec(label)[0]) - 1]);
  }
  await page.getByRole("button", { name: "Check and finish" }).click();
  await page.getByRole("heading", { level: 1, name: "Today" }).waitFor();
}

let asked = "";
for await (const part of process.stdin) asked += part;
const { measurement, ...input } = JSON.parse(asked);
process.stdout.write(JSON.stringify(await measurements[measurement](input)));
