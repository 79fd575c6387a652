/** What is measured on the real page: a write, and the way to the first screen. */
import { browse, unpaced, withBox } from "./chromium.mjs";
import { add, addBare, authenticator, claim, clear, unlock } from "./steps.mjs";
import { usable, watch } from "./watch.mjs";

/** Tasks written by hand, beside lines of a bare page. */
export const write = ({ origin, rounds, each }) =>
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
  );

/** From nothing, and from the second time on, to something that a person can use. */
export const load = ({ origin, rounds }) =>
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
  });
