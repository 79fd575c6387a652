import type { Page } from "@playwright/test";
import { addTask, claim, goTo, joinWithKit, syncLine, task } from "../house/steps.ts";
import { expect, test } from "../house/test.ts";

const many = 20;
const titles = Array.from({ length: many }, (_, at) => `Box ${String(at + 1).padStart(2, "0")}`);

test("a server killed in the middle of a burst of pushes has everything once and in order when it is back", async ({ box, open }) => {
  test.setTimeout(120_000);
  const { page } = await open();
  const [kit] = await claim(page, box);
  if (!kit) throw new Error("there is no kit");
  await goTo(page, "Inbox");

  // Each is written while those before are on their way; the plug is pulled between two of them, twice.
  for (const [at, title] of titles.entries()) {
    await addTask(page, title);
    if (at === 6 || at === 13) {
      await box.kill();
      await addTask(page, `Without the box ${at}`);
      await box.start();
    }
  }
  const all = [...titles.slice(0, 7), "Without the box 6", ...titles.slice(7, 14), "Without the box 13", ...titles.slice(14)];
  await expect.poll(() => listed(page)).toEqual(all);
  await expect(syncLine(page)).toHaveText("In step", { timeout: 60_000 });
  expect(await listed(page)).toEqual(all);

  const second = await open({ authenticator: null });
  await joinWithKit(second.page, kit, "Second browser");
  await goTo(second.page, "Inbox");
  await expect.poll(() => listed(second.page), { timeout: 20_000 }).toEqual(all);
  await expect(syncLine(second.page)).toHaveText("In step");
});

test("a browser that was closed opens without the box: what it held and what waited is there, and arrives once", async ({ box, open }) => {
  const first = await open();
  const [kit] = await claim(first.page, box);
  if (!kit) throw new Error("there is no kit");
  await goTo(first.page, "Inbox");
  await addTask(first.page, "Before the cut");
  await expect(syncLine(first.page)).toHaveText("In step");
  await first.page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await box.kill();
  await addTask(first.page, "While the box was gone");
  await expect(syncLine(first.page)).toHaveText("Offline, 1 change waits", { timeout: 20_000 });
  await first.shut();

  // A virtual authenticator ends with its browser, so that it is the kit that opens the closed profile.
  const { page } = await open({ profile: first.profile, authenticator: null });
  await expect(page.getByRole("heading", { level: 1, name: "Locked" })).toBeVisible({ timeout: 20_000 });
  await page.getByRole("button", { name: "Use a recovery kit" }).click();
  await page.getByRole("textbox", { name: "Code of the kit" }).fill(kit.code);
  await page.getByRole("button", { name: "Unlock with the kit" }).click();
  await goTo(page, "Inbox");
  await expect.poll(() => listed(page)).toEqual(["Before the cut", "While the box was gone"]);
  await expect(syncLine(page)).toHaveText("Offline, 1 change waits", { timeout: 20_000 });
  await box.start();
  await expect(syncLine(page)).toHaveText("In step", { timeout: 60_000 });
  await expect(task(page, "While the box was gone")).toHaveCount(1);
});

/** The titles of the list on the screen, from top to bottom. */
async function listed(page: Page): Promise<string[]> {
  return page.getByRole("grid").getByRole("checkbox").evaluateAll((marks) => marks.map((mark) => mark.getAttribute("aria-label") ?? ""));
}
