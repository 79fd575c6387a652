/** The real page and box, both slowed: what a person with a small box and an older phone has of them. */
import { filler, groupOf, slowed } from "./beside.mjs";
import { browse, unpaced, withBox } from "./chromium.mjs";
import { add, authenticator, claim, unlock } from "./steps.mjs";
import { usable, watch } from "./watch.mjs";

const places = ["Today", "Inbox", "Upcoming", "Next", "Waiting", "Someday", "Logbook"];

export const pi = ({ origin, tasks, rounds, writes }) =>
  withBox((box) =>
    browse(async (context, page, profile) => {
      await authenticator(context, page);
      await context.addInitScript(watch);
      await page.goto(box.origin);
      const kit = await claim(page, box);
      const device = filler(box.origin, kit);
      const counts = await device.fill(tasks);
      await device.end();
      const measured = { means: {}, loops: {}, lists: places.map((name) => ({ name })), unlocked: [], unlockedBefore: [], screenBefore: [], durableBefore: [], screen: [], durable: [] };
      await open(page, box, counts, [], []);
      await rest(page);
      for (const when of ["before", "slowed"]) {
        const holders = when === "slowed" ? [await slowed("process", box.pid), await slowed("group", await groupOf(profile))] : [];
        if (when === "slowed") [measured.means.box, measured.means.browser] = holders.map((each) => each.means);
        const suffix = when === "before" ? "Before" : "";
        const locked = [];
        for (let round = 0; round < rounds; round += 1) await open(page, box, counts, locked, measured[`unlocked${suffix}`]);
        if (when === "slowed") measured.warmLocked = locked;
        measured.loops[when] = await loops(page);
        await lists(page, measured.lists, when, rounds);
        await write(page, when, writes, { screen: measured[`screen${suffix}`], durable: measured[`durable${suffix}`] });
        for (const holder of holders) await holder.end();
      }
      return { ...measured, ...(await cold(box, origin, rounds)) };
    }, unpaced),
  );

async function open(page, box, counts, locked, unlocked) {
  await page.goto(box.origin, { waitUntil: "commit" });
  locked.push(await usable(page, "Locked"));
  unlocked.push(await unlock(page, counts));
}

/** Until the device has taken a snapshot of what came: it does within a minute. */
const rest = (page) => page.waitForTimeout(65_000);

/** Fresh browsers, the box slowed all the while: each is slowed before it is sent to the page. */
async function cold(box, origin, rounds) {
  const held = await slowed("process", box.pid);
  const measured = { cold: [], loaded: [], bare: [] };
  const first = (at, heading) =>
    browse(async (context, page, profile) => {
      await context.addInitScript(watch);
      const slow = await slowed("group", await groupOf(profile));
      try {
        await page.goto(at, { waitUntil: "commit" });
        const shown = await usable(page, heading);
        const loaded = await page.evaluate(() => performance.getEntriesByType("navigation")[0].loadEventEnd);
        return { shown, loaded };
      } finally {
        await slow.end();
      }
    });
  for (let round = 0; round < rounds; round += 1) {
    const ours = await first(box.origin, "Welcome back");
    measured.cold.push(ours.shown);
    measured.loaded.push(ours.loaded);
    measured.bare.push((await first(origin, "Bare")).shown);
  }
  await held.end();
  return measured;
}

/** The same loop in the page and in its worker: how much slower they are. */
async function loops(page) {
  const loop = () => {
    const from = performance.now();
    let sum = 0;
    for (let at = 0; at < 2e7; at += 1) sum = (sum * 31 + at) | 0;
    return sum === 1 ? 0 : performance.now() - from;
  };
  const took = { page: [], worker: [] };
  for (let round = 0; round < 5; round += 1) {
    took.page.push(await page.evaluate(loop));
    took.worker.push(await page.workers()[0].evaluate(loop));
  }
  return took;
}

/** From the click on each place to the frame that shows it with a row. */
async function lists(page, all, when, rounds) {
  for (const list of all) list[when] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const list of all.slice(1).concat(all[0])) {
      await page.evaluate((name) => globalThis.benchFromClick(() => globalThis.benchHeading(name) && document.querySelector("main [role=row]") !== null), list.name);
      await rail(page, list.name).click();
      list[when].push(await page.evaluate(() => globalThis.benchReached));
    }
  }
}

/** Into a project that is nearly empty: a list draws what is in sight, and new ones come at its end. */
async function write(page, when, writes, into) {
  await rail(page, "Project for writing").click();
  await page.getByRole("heading", { level: 1, name: "Project for writing" }).waitFor();
  await page.evaluate(() => globalThis.benchDurable.splice(0));
  for (let at = 0; at < writes; at += 1) await add(page, `Written ${when} ${at}`, into);
}

const rail = (page, name) => page.getByRole("navigation", { name: "Places" }).getByRole("link", { name: new RegExp(`^${name}`) });
