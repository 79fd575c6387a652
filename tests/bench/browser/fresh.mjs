/**
 * A person with more and more tasks: browsers that hold nothing come to the account, and the first one
 * unlocks what it has.
 */
import { filler } from "./beside.mjs";
import { browse, withBox } from "./chromium.mjs";
import { workerMemory } from "./memory.mjs";
import { authenticator, claim, join, unlock } from "./steps.mjs";
import { usable, watch } from "./watch.mjs";

export const fresh = ({ origin, sizes, rounds, unlocks }) =>
  withBox((box) =>
    browse(async (context, page) => {
      await authenticator(context, page);
      await context.addInitScript(watch);
      await page.goto(box.origin);
      const kit = await claim(page, box);
      const device = filler(box.origin, kit);
      const measured = [];
      for (const size of sizes) {
        // Locked, it does nothing while others work.
        await page.goto(box.origin);
        const counts = await device.fill(size);
        const came = await comeIn(box, kit, counts, rounds);
        const { unlocked, memory, stored } = await unlockAgain(context, page, box, counts, unlocks);
        const bare = await bareFetch(`${origin}tasks-${size}.json`, rounds);
        measured.push({
          fresh: came.map((each) => each.fresh),
          entered: came.map((each) => each.entered),
          unlocked,
          stored,
          bare: bare.took,
          memory: { afterFresh: came.at(-1).memory, afterUnlock: memory, bare: bare.memory },
        });
      }
      await device.end();
      return measured;
    }),
  );

/** Each in a browser of its own, one after the other. */
async function comeIn(box, kit, counts, rounds) {
  const came = [];
  for (let round = 0; round < rounds; round += 1) {
    came.push(
      await browse(async (context, page) => {
        await context.addInitScript(watch);
        await page.goto(box.origin);
        const took = await join(page, kit, counts);
        return { ...took, memory: await workerMemory(context, page) };
      }),
    );
  }
  return came;
}

/** How long the first browser rests: within a minute a device takes a snapshot, where its journal has grown to be worth one. */
const rest_ms = 65_000;

/** The browser that claimed catches up, rests, and is unlocked again and again. */
async function unlockAgain(context, page, box, counts, unlocks) {
  await unlock(page, counts);
  await page.waitForTimeout(rest_ms);
  const unlocked = [];
  for (let round = 0; round <= unlocks; round += 1) {
    await page.goto(box.origin, { waitUntil: "commit" });
    await usable(page, "Locked");
    const took = await unlock(page, counts);
    if (round > 0) unlocked.push(took);
  }
  const memory = await workerMemory(context, page);
  return { unlocked, memory, stored: await stored(page) };
}

/** How many bytes this device's journals and snapshots have. */
const stored = (page) =>
  page.evaluate(async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("lifeos", { create: true });
    const found = { journal: 0, snapshot: 0 };
    for await (const [name, handle] of folder.entries()) {
      const kind = name.split("-")[0];
      if (handle.kind === "file" && kind in found) found[kind] += (await handle.getFile()).size;
    }
    return found;
  });

/** A worker that fetches a file, parses it and stores it as it is. */
export async function bareFetch(url, rounds) {
  const took = [];
  let memory = null;
  for (let round = 0; round < rounds; round += 1) {
    await browse(async (context, page) => {
      await page.goto(new URL("/", url).href);
      took.push(await page.evaluate((of) => window.takeBare(of), url));
      memory = await workerMemory(context, page);
    });
  }
  return { took, memory };
}
