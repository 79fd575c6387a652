import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Page } from "@playwright/test";
import { compare, comeIn, goToSpace, handOver, openLink, openPeople, ownWords } from "../house/people.ts";
import { about_colours, faultsOn, lookOnTheWayIn, lookWithin, remembered, still } from "../house/screens.ts";
import { addTask, claim, task } from "../house/steps.ts";
import { expect, test } from "../house/test.ts";

const kept = path.resolve(import.meta.dirname, "../../../target/e2e-screens");
const widths = [360, 768, 1440];
const themes = ["light", "dark"] as const;

/** Photographs a screen at each width in each theme, and returns what is wrong there, by theme and width: in the light all, in the dark what colours can break. */
async function look(page: Page, name: string): Promise<string[]> {
  mkdirSync(kept, { recursive: true });
  const findings = await remembered(page, name);
  for (const theme of themes) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    for (const width of widths) {
      await page.setViewportSize({ width, height: 860 });
      await still(page);
      await page.screenshot({ path: path.join(kept, `${name}-${width}-${theme}.png`) });
      findings.push(...(await faultsOn(page, `${name} ${theme} ${width}`, theme === "dark" ? about_colours : undefined)));
    }
  }
  await page.setViewportSize({ width: 1280, height: 860 });
  await page.emulateMedia({ colorScheme: "light", reducedMotion: null });
  return findings;
}

// The longest of all: beside each other, so that no one waits for the last of them.
test.describe.configure({ mode: "parallel" });

test("axe finds nothing on the way in, at three widths in both themes", async ({ box, open }) => {
  test.setTimeout(300_000);
  const { page } = await open();
  expect(await lookOnTheWayIn(page, box, look)).toEqual([]);
});

test("axe finds nothing on the screens within, at three widths in both themes", async ({ box, open }) => {
  test.setTimeout(600_000);
  const { page } = await open();
  expect(await lookWithin(page, box, look)).toEqual([]);
});

test("axe finds nothing on the screens of two people, at three widths in both themes", async ({ box, open }) => {
  test.setTimeout(600_000);
  const { page: ada } = await open();
  await claim(ada, box);
  await openPeople(ada);
  await ada.getByRole("button", { name: "Invite somebody" }).click();
  const dialog = ada.getByRole("dialog", { name: "Invite somebody" });
  await dialog.getByRole("textbox", { name: "Name of the space" }).fill("Family");
  const findings = await look(ada, "people-invite");
  await dialog.getByRole("button", { name: "Make the invitation" }).click();
  const handed = await handOver(ada, async () => void findings.push(...(await look(ada, "people-hand-over"))));

  const { page: ben } = await open();
  await ben.goto(handed.link);
  await expect(ben.getByRole("heading", { level: 1, name: "Who invites you?" })).toBeVisible({ timeout: 20_000 });
  findings.push(...(await look(ben, "accept-words")));
  await openLink(ben, handed);
  findings.push(...(await look(ben, "accept-code")));
  await ben.reload();
  await comeIn(ben, handed, "Ben Example");
  await openPeople(ben);
  await expect(ada.getByText("Somebody came in by your invitation, with link and code.")).toBeVisible({ timeout: 20_000 });
  findings.push(...(await look(ada, "people-came")));
  await compare(ada, await ownWords(ben));
  await expect(ada.getByText("words compared", { exact: true })).toBeVisible();
  await expect(ada.getByText("Ben Example").first()).toBeVisible({ timeout: 20_000 });
  findings.push(...(await look(ada, "people")));
  await goToSpace(ada, "Family");
  findings.push(...(await look(ada, "space-empty")));
  await addTask(ada, "Descale the kettle");
  await task(ada, "Descale the kettle").click();
  await ada.getByRole("complementary", { name: "Detail" }).getByRole("button", { name: /Assigned to/ }).click();
  await ada.getByRole("option", { name: "Ben Example" }).click();
  findings.push(...(await look(ada, "space-detail")));
  await ada.keyboard.press("Escape");
  findings.push(...(await look(ada, "space")));
  await openPeople(ada);
  await ada.getByRole("button", { name: "Remove Ben Example from Family" }).click();
  await expect(ada.getByRole("alertdialog")).toBeVisible();
  findings.push(...(await look(ada, "people-remove")));
  await ada.getByRole("alertdialog").getByRole("button", { name: "Remove Ben Example" }).click();
  await expect(ben.getByText("You were removed from “Family”").first()).toBeVisible({ timeout: 20_000 });
  findings.push(...(await look(ben, "people-removed")));
  expect(findings).toEqual([]);
});
