/** Chromium with a profile of its own, and the box beside it. */
import { createRequire } from "node:module";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Box } from "./box.mjs";

const web = createRequire(new URL("../../../appliance/web/package.json", import.meta.url));
const { chromium } = web("playwright-core");

const flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];
/** Frames are made when there is something to show, not at a screen's own beat. */
export const unpaced = ["--disable-frame-rate-limit", "--disable-gpu-vsync"];

/** Has `act` browse: it is given the context, its first page, and the profile's folder. */
export async function browse(act, more = []) {
  const profile = await mkdtemp(path.join(tmpdir(), "lifeos-bench-profile-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.LIFEOS_CHROMIUM ?? "/usr/bin/chromium",
    args: [...flags, ...more],
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    viewport: { width: 1280, height: 860 },
  });
  // A slowed browser takes its time.
  context.setDefaultTimeout(120_000);
  try {
    return await act(context, context.pages()[0] ?? (await context.newPage()), profile);
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 3 });
  }
}

export async function withBox(act) {
  const box = await Box.make();
  try {
    return await act(box);
  } finally {
    await box.remove();
  }
}
