import type { Page } from "@playwright/test";
import { comeIn, compare, goToSpace, type Handed, handOver, invite, openLink, openPeople, ownWords, typeCode } from "../house/people.ts";
import { addTask, claim, goTo, syncLine, task, unlockWithPasskey } from "../house/steps.ts";
import { expect, test } from "../house/test.ts";

/** Ada has claimed the box and invited Ben, who has come in; both are on People. */
async function meet(ada: Page, ben: Page, how: { compares?: boolean; role?: string } = {}): Promise<Handed> {
  await openPeople(ada);
  const handed = await invite(ada, { space: "Family", ...(how.role ? { role: how.role } : {}) });
  await comeIn(ben, handed, "Ben Example", how);
  await openPeople(ben);
  return handed;
}

test("somebody is invited, comes in, is compared, is given a space, and both see a task within seconds", async ({ box, open }) => {
  test.setTimeout(180_000);
  const ada = await open();
  await claim(ada.page, box);
  await goTo(ada.page, "Inbox");
  await addTask(ada.page, "Ada's own secret");
  const ben = await open();
  await meet(ada.page, ben.page);
  expect(ben.page.url()).not.toContain("join");

  await expect(ada.page.getByText("Somebody came in by your invitation, with link and code.")).toBeVisible({ timeout: 20_000 });
  await compare(ada.page, await ownWords(ben.page));
  await goToSpace(ada.page, "Family");
  await goToSpace(ben.page, "Family");
  await addTask(ada.page, "Descale the kettle");
  await expect(task(ben.page, "Descale the kettle")).toBeVisible({ timeout: 5_000 });
  await addTask(ben.page, "Buy bread");
  await expect(task(ada.page, "Buy bread")).toBeVisible({ timeout: 5_000 });

  await task(ada.page, "Buy bread").click();
  const detail = ada.page.getByRole("complementary", { name: "Detail" });
  await detail.getByRole("button", { name: /Assigned to/ }).click();
  await ada.page.getByRole("option", { name: "Ben Example" }).click();
  await expect(task(ben.page, "Buy bread").getByText("you", { exact: true })).toBeVisible({ timeout: 5_000 });
  await ben.page.getByText("Mine to do", { exact: true }).click();
  await expect(task(ben.page, "Buy bread")).toBeVisible();
  await expect(task(ben.page, "Descale the kettle")).toHaveCount(0);
  await task(ben.page, "Buy bread").getByRole("checkbox").click();
  await expect(task(ada.page, "Buy bread")).toHaveCount(0, { timeout: 5_000 });

  // Nothing of either's own is with the other.
  await goTo(ben.page, "Inbox");
  await expect(ben.page.getByText("The inbox is empty")).toBeVisible();
  await addTask(ben.page, "Ben's own secret");
  await expect(syncLine(ben.page)).toHaveText("In step");
  await goTo(ada.page, "Inbox");
  await expect(task(ada.page, "Ada's own secret")).toBeVisible();
  await expect(task(ada.page, "Ben's own secret")).toHaveCount(0);
  await expect(task(ada.page, "Descale the kettle")).toHaveCount(0);
});

test("an invitation lets nobody in with a wrong code, twice, or once it is taken back", async ({ box, open }) => {
  test.setTimeout(180_000);
  const ada = await open();
  await claim(ada.page, box);
  await openPeople(ada.page);
  const handed = await invite(ada.page, { space: "Family" });
  const eve = await open();
  await openLink(eve.page, handed);
  await typeCode(eve.page, "00000-00000", "Eve");
  await expect(eve.page.getByText("This is not the code of this invitation.")).toBeVisible({ timeout: 20_000 });
  await expect(eve.page.getByRole("textbox", { name: "Code of the invitation" })).toBeVisible();

  const ben = await open();
  await comeIn(ben.page, handed, "Ben Example");
  await eve.page.getByRole("textbox", { name: "Code of the invitation" }).fill(handed.code);
  await eve.page.getByRole("button", { name: "Go on" }).click();
  await eve.page.getByRole("button", { name: "Go on" }).click();
  await expect(eve.page.getByText("This invitation lets nobody in any more")).toBeVisible({ timeout: 20_000 });

  await ada.page.getByRole("button", { name: "Invite somebody" }).click();
  await ada.page.getByRole("dialog", { name: "Invite somebody" }).getByRole("button", { name: "Make the invitation" }).click();
  const second = await handOver(ada.page);
  await ada.page.getByRole("button", { name: "Take it back" }).click();
  await expect(ada.page.getByText("Taken back. The link and the code let nobody in any more.")).toBeVisible();
  const late = await open();
  await openLink(late.page, second);
  await typeCode(late.page, second.code, "Late");
  await expect(late.page.getByText("This invitation lets nobody in any more")).toBeVisible({ timeout: 20_000 });
  expect(await late.files()).not.toContainEqual(expect.stringMatching(/vault/));

  // Where somebody lives already, an invitation is for somebody else.
  await ben.page.goto(second.link);
  await ben.page.reload();
  await expect(ben.page.getByRole("heading", { level: 1, name: /^(Locked|Today)$/ })).toBeVisible({ timeout: 20_000 });
});

test.describe("where time passes", () => {
  test.use({ passesTime: true });

  test("an invitation whose time is over says so to who comes with it, and is made anew in one press", async ({ box, clock, open }) => {
    test.setTimeout(240_000);
    const ada = await open();
    await claim(ada.page, box);
    await openPeople(ada.page);
    const handed = await invite(ada.page, { space: "Family" });
    await clock?.putForward(8);

    const ben = await open();
    await openLink(ben.page, handed);
    await typeCode(ben.page, handed.code, "Ben Example");
    await expect(ben.page.getByText(/lets nobody in any more: .* its time is over\. Ask for a new one\.$/)).toBeVisible({ timeout: 20_000 });
    await expect(ben.page.getByRole("textbox", { name: "Link of the invitation" })).toHaveValue("");
    expect(await ben.files()).not.toContainEqual(expect.stringMatching(/vault/));

    // Nobody touched Ada's page for a week, so that it has locked itself.
    await expect(ada.page.getByRole("heading", { level: 1, name: "Locked" })).toBeVisible({ timeout: 20_000 });
    await unlockWithPasskey(ada.page);
    await openPeople(ada.page);
    const invitations = ada.page.getByRole("region", { name: "Invitations" });
    await expect(invitations.getByText("over", { exact: true })).toBeVisible();
    await expect(invitations.getByText("Somebody came with it once when it was used or over.")).toBeVisible({ timeout: 20_000 });
    await invitations.getByRole("button", { name: "Make a new one" }).click();
    const anew = await handOver(ada.page);
    expect(anew.link).not.toBe(handed.link);
    await expect(invitations.getByText("over", { exact: true })).toHaveCount(0);
    await expect(invitations.getByText("open", { exact: true })).toBeVisible();

    // The link that was over stands open in Ben's browser; the new one is heard there, and leads in.
    await comeIn(ben.page, anew, "Ben Example");
    await openPeople(ben.page);
    await compare(ada.page, await ownWords(ben.page));
    await goToSpace(ben.page, "Family");
  });
});

test("a space from somebody whose words were not compared is offered, and taken in once they were", async ({ box, open }) => {
  test.setTimeout(180_000);
  const ada = await open();
  await claim(ada.page, box);
  const ben = await open();
  await meet(ada.page, ben.page, { compares: false });
  await compare(ada.page, await ownWords(ben.page));
  await expect(ben.page.getByText("Somebody shares a space with you")).toBeVisible({ timeout: 20_000 });
  await expect(ben.page.getByRole("navigation", { name: "Places" }).getByRole("link", { name: "Family" })).toHaveCount(0);
  await compare(ben.page, await ownWords(ada.page));
  await goToSpace(ben.page, "Family");
});

test("who may only read is told so, and writes once they are a member", async ({ box, open }) => {
  test.setTimeout(180_000);
  const ada = await open();
  await claim(ada.page, box);
  const ben = await open();
  await meet(ada.page, ben.page, { role: "Viewer" });
  await compare(ada.page, await ownWords(ben.page));
  await goToSpace(ada.page, "Family");
  await addTask(ada.page, "Look, do not touch");
  await goToSpace(ben.page, "Family");
  await expect(ben.page.getByText("You may read here, and not write.")).toBeVisible();
  await expect(task(ben.page, "Look, do not touch").getByRole("checkbox")).toBeDisabled();
  await addTaskRefused(ben.page);

  await openPeople(ada.page);
  await ada.page.getByRole("button", { name: /Role of .* in Family/ }).click();
  await ada.page.getByRole("option", { name: "Member" }).click();
  await expect(ben.page.getByText("You may read here, and not write.")).toHaveCount(0, { timeout: 20_000 });
  await addTask(ben.page, "Now I may");
  await goToSpace(ada.page, "Family");
  await expect(task(ada.page, "Now I may")).toBeVisible({ timeout: 5_000 });
});

/** The core refuses what a key begins that no control offers. */
async function addTaskRefused(page: Page): Promise<void> {
  await page.keyboard.press("q");
  const field = page.getByRole("textbox", { name: "What is to be done?" });
  await field.fill("Mine");
  await field.press("Enter");
  await expect(page.getByText("Not saved: you may read here, and not write.")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(field).toBeHidden();
}

test("who is removed is told, keeps what was written, and sees nothing that comes after", async ({ box, open }) => {
  test.setTimeout(180_000);
  const ada = await open();
  await claim(ada.page, box);
  const ben = await open();
  await meet(ada.page, ben.page);
  await compare(ada.page, await ownWords(ben.page));
  await goToSpace(ben.page, "Family");
  await addTask(ben.page, "In time");
  await goToSpace(ada.page, "Family");
  await expect(task(ada.page, "In time")).toBeVisible({ timeout: 5_000 });

  await openPeople(ada.page);
  await ada.page.getByRole("button", { name: "Remove Ben Example from Family" }).click();
  const asks = ada.page.getByRole("alertdialog", { name: "Remove Ben Example from Family?" });
  await asks.getByRole("button", { name: "Remove Ben Example" }).click();
  await expect(asks).toBeHidden({ timeout: 20_000 });
  await expect(ben.page.getByText("You were removed from “Family”")).toBeVisible({ timeout: 20_000 });
  await expect(ben.page.getByRole("navigation", { name: "Places" }).getByRole("link", { name: "Family" })).toHaveCount(0);

  await goToSpace(ada.page, "Family");
  await addTask(ada.page, "Without Ben");
  await expect(syncLine(ada.page)).toHaveText("In step", { timeout: 20_000 });
  await ben.page.getByRole("button", { name: "Look at what stayed" }).first().click();
  await expect(task(ben.page, "In time")).toBeVisible();
  await expect(task(ben.page, "Without Ben")).toHaveCount(0);
  // Nothing of it comes later either: Ben's own space goes on in step.
  await goTo(ben.page, "Inbox");
  await addTask(ben.page, "Mine alone");
  await expect(syncLine(ben.page)).toHaveText("In step", { timeout: 20_000 });
  await openPeople(ben.page);
  await ben.page.getByRole("link", { name: "Look at what stayed" }).click();
  await expect(task(ben.page, "In time")).toBeVisible();
  await expect(task(ben.page, "Without Ben")).toHaveCount(0);
});
