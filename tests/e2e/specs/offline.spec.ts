import { expect, test } from "../house/test.ts";
import { addTask, claim, goTo, reloadLocked, syncLine, task, unlockWithPasskey } from "../house/steps.ts";

test("without the box everything goes on, a reload included, and what waited arrives once", async ({ box, open }) => {
  const { page } = await open();
  await claim(page, box);
  await goTo(page, "Inbox");
  await addTask(page, "Before the cut");
  await expect(syncLine(page)).toHaveText("In step");
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));

  await box.kill();
  await addTask(page, "Candles");
  await addTask(page, "Torch batteries");
  await expect(syncLine(page)).toHaveText("Offline, 2 changes wait", { timeout: 20_000 });

  await reloadLocked(page);
  await unlockWithPasskey(page);
  await goTo(page, "Inbox");
  for (const title of ["Before the cut", "Candles", "Torch batteries"]) await expect(task(page, title)).toHaveCount(1);
  await expect(syncLine(page)).toHaveText("Offline, 2 changes wait", { timeout: 20_000 });

  await box.start();
  await expect(syncLine(page)).toHaveText("In step", { timeout: 60_000 });
  for (const title of ["Before the cut", "Candles", "Torch batteries"]) await expect(task(page, title)).toHaveCount(1);
});
