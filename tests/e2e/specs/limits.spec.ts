import { fillDisk } from "../house/disk.ts";
import { addTask, claim, goTo, joinWithKit, reloadLocked, syncLine, task, unlockWithPasskey } from "../house/steps.ts";
import { expect, test } from "../house/test.ts";

test("a full disk in the browser is told, takes nothing of what was there, and writing goes on once there is room", async ({ box, open }) => {
  test.setTimeout(150_000);
  const { page, tools } = await open();
  await claim(page, box);
  await goTo(page, "Inbox");
  await addTask(page, "Before it was full");
  await expect(syncLine(page)).toHaveText("In step");
  const typed = await fillDisk(page, tools, box, "Before it was full");
  // Nothing more is written by what could not write: the page is locked, and opens what it has.
  await expect(page.getByRole("heading", { level: 1, name: "Locked" })).toBeVisible();
  await tools.send("Storage.overrideQuotaForOrigin", { origin: box.origin });
  await unlockWithPasskey(page);
  await goTo(page, "Inbox");
  // What was being typed has waited in its field, and is saved from there.
  await task(page, "Before it was full").click();
  await expect(page.getByRole("textbox", { name: "Notes" })).toHaveValue(typed);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByText("Not saved yet. It stays here.")).toHaveCount(0);
  await page.getByRole("textbox", { name: "Title" }).focus();
  await expect(page.getByRole("button", { name: "Edit the notes" })).toBeVisible();
  await expect(page.getByText(typed)).toBeVisible();
  await page.keyboard.press("Escape");
  await addTask(page, "Once there was room");
  await expect(task(page, "Once there was room")).toBeVisible();
  await expect(syncLine(page)).toHaveText("In step", { timeout: 30_000 });
  await reloadLocked(page);
  await unlockWithPasskey(page);
  await goTo(page, "Inbox");
  for (const title of ["Before it was full", "Once there was room"]) await expect(task(page, title)).toHaveCount(1);
});

test("a note that is too long is told before it is refused, stays where it was typed, and is saved once it is shorter", async ({ box, open }) => {
  const { page } = await open();
  await claim(page, box);
  await goTo(page, "Inbox");
  for (const title of ["The long one", "Another"]) await addTask(page, title);
  await task(page, "The long one").click();
  const notes = page.getByRole("textbox", { name: "Notes" });
  await notes.fill("a".repeat(47_000));
  await expect(page.getByText("Room for 1,000 more characters.")).toBeVisible();
  const long = `${"a".repeat(48_000)}ä`;
  await notes.fill(long);
  const over = page.getByText(/^Too long by 2 characters\./);
  await expect(over).toBeVisible();
  // Gone and come back, it is still there.
  await task(page, "Another").click();
  await expect(page.getByRole("textbox", { name: "Title" })).toHaveValue("Another");
  await task(page, "The long one").click();
  await expect(over).toBeVisible();
  await expect(notes).toHaveValue(long);
  await notes.fill("b".repeat(48_000));
  await page.getByRole("textbox", { name: "Title" }).focus();
  await expect(page.getByRole("button", { name: "Edit the notes" })).toBeVisible();
  await expect(over).toHaveCount(0);
  await expect(page.getByText("b".repeat(48_000))).toBeVisible();
});

test("what a newer version wrote is told and passed by nothing; after an update it comes in, once", async ({ box, open }) => {
  test.setTimeout(120_000);
  const first = await open();
  const [kit] = await claim(first.page, box);
  if (!kit) throw new Error("there is no kit");
  await goTo(first.page, "Inbox");
  await addTask(first.page, "Known to both");
  await expect(syncLine(first.page)).toHaveText("In step");
  const { page, context } = await open({ authenticator: null });
  await joinWithKit(page, kit, "Behind");
  await goTo(page, "Inbox");
  await expect(task(page, "Known to both")).toBeVisible();
  await expect(syncLine(page)).toHaveText("In step");

  await box.kill();
  await addTask(first.page, "Unseen");
  // From now on a frame of a kind that this version does not know stands before the changes.
  const newer = Buffer.from([99, 0, 0, 0, 1, 7]);
  const pulls = /\/api\/v1\/spaces\/[^/]+\/changes\?/;
  await context.route(pulls, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: Buffer.concat([newer, await answer.body()]) });
  });
  await box.start();
  await expect(syncLine(first.page)).toHaveText("In step", { timeout: 60_000 });
  await expect(page.getByText("Something was written by a newer version")).toBeVisible({ timeout: 30_000 });
  await expect(task(page, "Unseen")).toHaveCount(0);
  await addTask(page, "Written meanwhile");
  // What is acknowledged is kept here, and so is what came before it.
  await addTask(page, "Done meanwhile");
  await task(page, "Done meanwhile").getByRole("checkbox").check({ force: true });
  await expect(page.getByText("Done.")).toBeVisible();

  await context.unroute(pulls);
  await page.reload();
  await page.getByRole("button", { name: "Use a recovery kit" }).click();
  await page.getByRole("textbox", { name: "Code of the kit" }).fill(kit.code);
  await page.getByRole("button", { name: "Unlock with the kit" }).click();
  await goTo(page, "Inbox");
  for (const title of ["Known to both", "Unseen", "Written meanwhile"]) {
    await expect(task(page, title)).toHaveCount(1, { timeout: 30_000 });
    await expect(task(first.page, title)).toHaveCount(1, { timeout: 30_000 });
  }
});
