import { expect, test } from "../house/test.ts";
import { addTask, claim, goTo, reloadLocked, syncLine, task } from "../house/steps.ts";

test("a passkey without PRF needs two kits, opens with the box's half, and a kit opens without the box", async ({ box, open }) => {
  const { page } = await open({ authenticator: "noPrf" });
  const kits = await claim(page, box, { kits: 2 });
  expect(kits[0]?.code).not.toBe(kits[1]?.code);
  expect(kits[0]?.account).toBe(kits[1]?.account);
  await goTo(page, "Inbox");
  await addTask(page, "Sharpen the knives");
  await expect(syncLine(page)).toHaveText("In step");
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));

  await reloadLocked(page);
  await expect(page.getByText("needs the box to unlock")).toBeVisible();
  await page.getByRole("button", { name: "Unlock with the passkey" }).click();
  await goTo(page, "Inbox");
  await expect(task(page, "Sharpen the knives")).toBeVisible();

  await box.kill();
  await reloadLocked(page);
  await page.getByRole("button", { name: "Unlock with the passkey" }).click();
  await expect(page.getByText("The box cannot be reached.")).toBeVisible({ timeout: 20_000 });
  await page.getByRole("button", { name: "Use a recovery kit" }).click();
  await page.getByRole("textbox", { name: "Code of the kit" }).fill(kits[1]?.code ?? "");
  await page.getByRole("button", { name: "Unlock with the kit" }).click();
  await goTo(page, "Inbox");
  await expect(task(page, "Sharpen the knives")).toBeVisible();
});
