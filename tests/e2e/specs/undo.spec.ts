import { expect, test } from "../house/test.ts";
import { addTask, claim, goTo, reloadLocked, task, unlockWithPasskey } from "../house/steps.ts";

test("undo and redo outlive a reload", async ({ box, open }) => {
  const { page } = await open();
  await claim(page, box);
  await goTo(page, "Inbox");
  await addTask(page, "Water the tomatoes");
  await expect(task(page, "Water the tomatoes")).toBeVisible();
  await addTask(page, "Mow the lawn");
  await expect(task(page, "Mow the lawn")).toBeVisible();

  await reloadLocked(page);
  await unlockWithPasskey(page);
  await goTo(page, "Inbox");
  await page.keyboard.press("Control+z");
  await expect(task(page, "Mow the lawn")).toHaveCount(0);
  await expect(task(page, "Water the tomatoes")).toBeVisible();

  await reloadLocked(page);
  await unlockWithPasskey(page);
  await goTo(page, "Inbox");
  await expect(task(page, "Mow the lawn")).toHaveCount(0);
  await page.keyboard.press("Control+Shift+z");
  await expect(task(page, "Mow the lawn")).toBeVisible();
});

test("what is in the trash comes out of it, and history brings an earlier title back", async ({ box, open }) => {
  const { page } = await open();
  await claim(page, box);
  await goTo(page, "Inbox");
  await addTask(page, "Call the plumber");
  await task(page, "Call the plumber").click();
  const detail = page.getByRole("complementary", { name: "Detail" });
  await detail.getByRole("button", { name: "More for this task" }).click();
  await page.getByRole("menuitem", { name: "Move to the trash" }).click();
  await expect(task(page, "Call the plumber")).toHaveCount(0);
  await goTo(page, "Trash");
  await task(page, "Call the plumber").click();
  await expect(detail.getByText("In the trash.")).toBeVisible();
  await detail.getByRole("button", { name: "More for this task" }).click();
  await page.getByRole("menuitem", { name: "Take out of the trash" }).click();
  await expect(task(page, "Call the plumber")).toHaveCount(0);

  await goTo(page, "Inbox");
  await task(page, "Call the plumber").click();
  const title = detail.getByRole("textbox", { name: "Title" }).or(detail.getByRole("button", { name: "Title" }));
  await title.click();
  await detail.getByRole("textbox", { name: "Title" }).fill("Call the electrician");
  await detail.getByRole("textbox", { name: "Title" }).press("Enter");
  await expect(task(page, "Call the electrician")).toBeVisible();
  const history = detail.getByRole("region", { name: "History" });
  await history.getByRole("button", { name: "History" }).click();
  const entries = history.getByRole("listitem").filter({ has: page.getByRole("button", { name: "Bring back" }) });
  await entries.first().hover();
  await entries.first().getByRole("button", { name: "Bring back" }).click();
  await expect(task(page, "Call the plumber")).toBeVisible();
});
