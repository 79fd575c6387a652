import type { Page } from "@playwright/test";
import { readPdf } from "../house/pdf.ts";
import { axeOn } from "../house/screens.ts";
import { addTask, claim, giveFile, goTo, task } from "../house/steps.ts";
import { backupOf } from "../house/super-productivity.ts";
import { expect, test } from "../house/test.ts";

const file = (name: string) => ({ format: "A4", preferCSSPageSize: true, path: `../../target/e2e-screens/${name}.pdf` }) as const;

/** The browser's own window for printing opens nowhere; what it would read stays on the page. */
async function withoutWindow(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.print = () => {};
  });
}

test("a list prints as it is ordered, with its notes if they are wanted, and nothing of the screen", async ({ box, open }) => {
  const { page } = await open({ colorScheme: "dark" });
  await claim(page, box);
  await goTo(page, "Inbox");
  for (const title of ["Oil the door", "Return the library books", "Ask Ivo about the gutter"]) await addTask(page, title);
  await task(page, "Oil the door").click();
  const detail = page.getByRole("complementary", { name: "Detail" });
  await detail.getByRole("textbox", { name: "Notes" }).fill("The one on the left.");
  await detail.getByRole("textbox", { name: "Title" }).focus();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await task(page, "Ask Ivo about the gutter").focus();
  await page.keyboard.press("Alt+ArrowUp");
  const shown = await page.getByRole("grid", { name: "Inbox" }).getByRole("row").evaluateAll((rows) => rows.map((row) => row.querySelector('[role="checkbox"]')?.getAttribute("aria-label") ?? ""));

  await withoutWindow(page);
  await page.keyboard.press("Control+p");
  const window = page.getByRole("dialog", { name: "Print “Inbox”" });
  await expect(window.getByText("3 tasks")).toBeVisible();
  expect(await axeOn(page, "the window for printing")).toEqual([]);
  await window.getByRole("button", { name: "Print" }).click();
  await expect(page.locator(".paper li")).toHaveCount(3);
  const { pages, text } = readPdf(await page.pdf(file("inbox")));
  expect(pages).toBe(1);
  const at = shown.map((title) => text.indexOf(title.replaceAll(" ", "")));
  expect(at.every((place) => place >= 0), text).toBe(true);
  expect(at).toEqual(at.toSorted((a, b) => a - b));
  for (const words of ["1/1", "Inbox"]) expect(text).toContain(words);
  for (const words of ["Theoneontheleft", "Upcoming", "Findordo", "Printthis"]) expect(text).not.toContain(words);
  await expect(window, "printed, the window has done its work").toHaveCount(0);

  await page.keyboard.press("Control+p");
  await window.getByText("With notes and checklists").click();
  await window.getByRole("button", { name: "Print" }).click();
  await expect(page.locator(".paper li")).toHaveCount(3);
  expect(readPdf(await page.pdf(file("inbox-notes"))).text).toContain("Theoneontheleft.");
});

test("a list of 250 prints whole, on numbered pages, though the screen holds a part of it", async ({ box, open }) => {
  const { page } = await open();
  await claim(page, box);
  await page.getByRole("button", { name: "Settings" }).click();
  const text = (field: string) => (field.includes("title of imported task") ? `Number ${/\d+$/.exec(field)?.[0]}.` : field.includes("project") ? "The house" : "");
  await giveFile(page, { name: "house.json", mimeType: "application/json", buffer: Buffer.from(backupOf(text, { projects: 1, tags: 0, notes: 0, tasks: 250 })) });
  await page.getByRole("button", { name: "Bring it in" }).click();
  await page.getByRole("dialog", { name: "It is in" }).getByRole("button", { name: "Done" }).click({ timeout: 30_000 });
  await page.getByRole("navigation", { name: "Places" }).getByRole("link", { name: /^The house/ }).click();
  await expect(page.getByRole("grid", { name: "The house" }).getByRole("row").first()).toBeVisible();
  await withoutWindow(page);
  await page.getByRole("button", { name: /^More for Ada/ }).click();
  await page.getByRole("menuitem", { name: "Print" }).click();
  const window = page.getByRole("dialog", { name: "Print “The house”" });
  const told = await window.getByText(/tasks$/).innerText();
  await window.getByRole("button", { name: "Print" }).click();
  await expect(page.locator(".paper")).toBeAttached();
  const pdf = readPdf(await page.pdf(file("house")));
  const printed = new Set(pdf.text.match(/Number\d+\./g));
  expect(`${printed.size} tasks`).toBe(told);
  expect(printed.size).toBeGreaterThanOrEqual(200);
  expect(pdf.pages).toBeGreaterThan(3);
  expect(pdf.text).toContain(`${pdf.pages}/${pdf.pages}`);
});

test("one day of the days ahead prints alone", async ({ box, open }) => {
  const { page } = await open();
  await claim(page, box);
  await page.getByRole("button", { name: "Try with sample data" }).click();
  await expect(page.getByRole("grid", { name: "Today" }).getByRole("row").first()).toBeVisible({ timeout: 60_000 });
  await goTo(page, "Upcoming");
  await withoutWindow(page);
  await page.keyboard.press("Control+p");
  const window = page.getByRole("dialog", { name: "Print “Upcoming”" });
  await window.getByRole("button", { name: /^All days/ }).click();
  const day = page.getByRole("option").nth(1);
  const name = await day.innerText();
  await day.click();
  const told = await window.getByText(/tasks?$/).innerText();
  await window.getByRole("button", { name: "Print" }).click();
  await expect(page.locator(".paper h2")).toHaveText([name]);
  await expect(page.locator(".paper section > ul > li")).toHaveCount(Number.parseInt(told, 10));
  expect(readPdf(await page.pdf(file("day"))).pages).toBe(1);
});
