import type { Worker } from "@playwright/test";
import { addTask, claim, goTo, task, unlockWithPasskey } from "../house/steps.ts";
import { expect, test } from "../house/test.ts";

test("a second after it is locked, the worker that held the keys has ended and the page shows nothing of what is inside", async ({ box, open }) => {
  const { page } = await open();
  await claim(page, box);
  await goTo(page, "Inbox");
  await addTask(page, "Order the coffin nails");
  await task(page, "Order the coffin nails").click();
  await expect(page).toHaveURL(/\?task=/);
  expect(await page.title()).toBe("LifeOS");
  const held: Worker[] = page.workers();
  expect(held).toHaveLength(1);

  await page.keyboard.press("Control+Shift+L");
  await expect.poll(() => page.workers().filter((worker) => held.includes(worker)), { timeout: 1_000, intervals: [50] }).toEqual([]);
  await expect(page.getByRole("heading", { level: 1, name: "Locked" })).toBeVisible({ timeout: 1_000 });
  expect(await page.title()).toBe("LifeOS");
  expect(page.url()).toBe(`${box.origin}/today`);
  expect(await page.content()).not.toContain("coffin");
  expect(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state, document.cookie]))).not.toContain("coffin");

  // Back and forth in the history of the tab: the addresses are those of lists and ids, and nothing opens.
  await page.goBack();
  expect(page.url()).toMatch(/\/(today|inbox)(\?task=[0-9a-z]+)?$/i);
  await expect(page.getByRole("heading", { level: 1, name: "Locked" })).toBeVisible();
  await expect(page.getByText("coffin")).toHaveCount(0);
  await unlockWithPasskey(page);
  await goTo(page, "Inbox");
  await expect(task(page, "Order the coffin nails")).toBeVisible();
});
