import { expect, test } from "../house/test.ts";
import { addTask, claim, expectToday, reloadLocked, syncLine, task, unlockWithPasskey } from "../house/steps.ts";

test("a box is claimed with a passkey, and what is written there is there after a reload", async ({ box, open }) => {
  const { page } = await open();
  await claim(page, box);
  await addTask(page, "Bleed the radiators");
  await expect(task(page, "Bleed the radiators")).toBeVisible();
  await expect(syncLine(page)).toHaveText("In step");

  await reloadLocked(page);
  await expect(page.getByText("Bleed the radiators")).toHaveCount(0);
  await unlockWithPasskey(page);
  await expectToday(page);
  await expect(task(page, "Bleed the radiators")).toBeVisible();
});

test("a wrong claim code claims nothing, and says so", async ({ box, open }) => {
  const { page } = await open();
  await page.getByRole("textbox", { name: "Claim code" }).fill("0000000000");
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByRole("textbox", { name: "Your name" }).fill("Eve");
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByRole("alert").getByText("This code is not right")).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Claim code" })).toBeVisible();
  await page.reload();
  await claim(page, box);
});
