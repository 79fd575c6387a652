import { expect, test } from "../house/test.ts";
import { addTask, claim, goTo, joinWithKit, syncLine, task } from "../house/steps.ts";

test("a second browser comes in with the kit, and each shows within a second what the other writes", async ({ box, open }) => {
  const first = await open();
  const [kit] = await claim(first.page, box);
  if (!kit) throw new Error("there is no kit");
  await goTo(first.page, "Inbox");
  await addTask(first.page, "Defrost the freezer");
  await expect(syncLine(first.page)).toHaveText("In step");

  const second = await open({ authenticator: null });
  await joinWithKit(second.page, kit, "Second browser");
  await goTo(second.page, "Inbox");
  await expect(task(second.page, "Defrost the freezer")).toBeVisible();
  await expect(syncLine(second.page)).toHaveText("In step");

  await addTask(first.page, "From the first");
  await expect(task(second.page, "From the first")).toBeVisible({ timeout: 1_000 });
  await addTask(second.page, "From the second");
  await expect(task(first.page, "From the second")).toBeVisible({ timeout: 1_000 });

  await task(second.page, "Defrost the freezer").getByRole("checkbox").click();
  await expect(task(first.page, "Defrost the freezer")).toHaveCount(0, { timeout: 1_500 });
});
