import type { Page } from "@playwright/test";
import { addTask, claim, goTo, joinWithKit, syncLine, task } from "../house/steps.ts";
import { expect, test } from "../house/test.ts";

test("two browsers that wrote one field apart from each other agree on one value, and both tell of it; other fields of it both count", async ({ box, open }) => {
  test.setTimeout(120_000);
  const first = await open();
  const [kit] = await claim(first.page, box, { device: "Desk" });
  if (!kit) throw new Error("there is no kit");
  await goTo(first.page, "Inbox");
  await addTask(first.page, "Paint the fence");
  await expect(syncLine(first.page)).toHaveText("In step");
  const second = await open({ authenticator: null });
  await joinWithKit(second.page, kit, "Kitchen");
  await goTo(second.page, "Inbox");
  await expect(task(second.page, "Paint the fence")).toBeVisible();
  for (const { page } of [first, second]) await expect(syncLine(page)).toHaveText("In step");

  await box.kill();
  for (const { page } of [first, second]) await expect(syncLine(page)).toContainText("Offline", { timeout: 20_000 });
  await retitle(first.page, "Paint the fence", "Paint the fence green");
  await retitle(second.page, "Paint the fence", "Paint the fence white");
  await detailOf(first.page).getByRole("button", { name: "Urgent" }).click();
  await detailOf(second.page).getByRole("button", { name: "Important" }).click();
  await box.start();
  for (const { page } of [first, second]) await expect(syncLine(page)).toHaveText("In step", { timeout: 60_000 });

  // The later one counts, everywhere; each has what the other wrote elsewhere in it.
  for (const { page } of [first, second]) {
    await expect(detailOf(page).getByRole("textbox", { name: "Title" })).toHaveValue("Paint the fence white");
    for (const flag of ["Urgent", "Important"]) await expect(detailOf(page).getByRole("button", { name: flag, pressed: true })).toBeVisible();
    await page.keyboard.press("Escape");
    await page.keyboard.press("g");
    await page.keyboard.press("a");
    await expect(page.getByRole("heading", { level: 1, name: "Activity" })).toBeVisible();
    await page.getByRole("radio", { name: "Conflicts" }).check({ force: true });
    const entries = page.getByRole("main").getByRole("listitem");
    await expect(entries).toHaveCount(1);
    await expect(entries).toContainText("Two devices wrote Title of Paint the fence white");
    await expect(entries).toContainText("What Desk had written gave way, and is in the history.");
    await entries.getByRole("button", { name: /^Show the history/ }).click();
    await expect(page.getByRole("dialog").getByText("Paint the fence green").first()).toBeVisible();
    await page.keyboard.press("Escape");
  }
});

test("two tabs that write in one field at once stay live and end on the same words", async ({ box, open }) => {
  const { page: first, context } = await open();
  await claim(first, box);
  await goTo(first, "Inbox");
  await addTask(first, "Call the plumber");
  const second = await context.newPage();
  await second.goto(`${box.origin}/inbox`);
  for (const page of [first, second]) await task(page, "Call the plumber").click();
  const titleOf = (page: Page) => detailOf(page).getByRole("textbox", { name: "Title" });

  // What one is typing is not taken out of one's hands; it counts when it is handed over.
  await titleOf(first).fill("Call the plumber on Monday");
  await titleOf(second).fill("Call the electrician");
  await titleOf(second).press("Enter");
  await expect(task(second, "Call the electrician")).toBeVisible();
  await titleOf(first).press("End");
  await first.keyboard.type(" at nine");
  await expect(titleOf(first)).toHaveValue("Call the plumber on Monday at nine");
  await titleOf(first).press("Enter");
  for (const page of [first, second]) await expect(task(page, "Call the plumber on Monday at nine")).toBeVisible();
  await expect(titleOf(second)).toHaveValue("Call the plumber on Monday at nine");

  // Both are live: each shows what the other writes next.
  await addTask(second, "Written in the second tab");
  await expect(task(first, "Written in the second tab")).toBeVisible();
  await addTask(first, "Written in the first tab");
  await expect(task(second, "Written in the first tab")).toBeVisible();
  await expect(syncLine(first)).toHaveText("In step");
});

function detailOf(page: Page) {
  return page.getByRole("complementary", { name: "Detail" });
}

async function retitle(page: Page, from: string, to: string): Promise<void> {
  await task(page, from).click();
  const title = detailOf(page).getByRole("textbox", { name: "Title" });
  await title.fill(to);
  await title.press("Enter");
  await expect(task(page, to)).toBeVisible();
}
