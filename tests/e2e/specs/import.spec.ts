import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "@playwright/test";
import { backupOf } from "../house/super-productivity.ts";
import { expect, test } from "../house/test.ts";
import { chooseFile, claim, type File, goTo, syncLine } from "../house/steps.ts";

const vendored = path.resolve(import.meta.dirname, "../../samples/super-productivity");
/** The collection that the vendored copies are from, where it stands beside the project. */
const shared = path.resolve(import.meta.dirname, "../../../../shared/samples/tasks/super-productivity");
const backup = path.join(vendored, "test-backup.json");

const choose = (page: Page, file: File = backup) => chooseFile(page, file);

async function counted(report: ReturnType<Page["getByRole"]>, kind: string): Promise<{ fresh: number; same: number }> {
  const cells = await report.getByRole("row").filter({ has: report.page().getByRole("rowheader", { name: kind, exact: true }) }).getByRole("cell").allInnerTexts();
  return { fresh: Number(cells[0]), same: Number(cells[2]) };
}

test("a Super Productivity backup is shown first, brought in, and not brought in twice", async ({ box, open }) => {
  const { page } = await open();
  await claim(page, box);
  const parsed: unknown = JSON.parse(readFileSync(backup, "utf8"));
  const tasks = Object.keys((parsed as { data: { task: { entities: object } } }).data.task.entities).length;

  let report = await choose(page);
  const first = await counted(report, "Tasks");
  expect(first.fresh).toBeGreaterThanOrEqual(tasks);
  expect(first.same).toBe(0);
  await expect(report.getByText("Nothing has been written yet.")).toBeVisible();
  await report.getByRole("button", { name: "Bring it in" }).click();
  const done = page.getByRole("dialog", { name: "It is in" });
  await expect(done).toBeVisible({ timeout: 20_000 });
  await done.getByRole("button", { name: "Done" }).click();

  report = await choose(page);
  const again = await counted(report, "Tasks");
  expect(again).toEqual({ fresh: 0, same: first.fresh });
  await report.getByRole("button", { name: "Cancel" }).click();
  await expect(report).toBeHidden();
});

test("a large import says how far it is, and never goes back", async ({ box, open }) => {
  test.setTimeout(120_000);
  const { page } = await open();
  await claim(page, box);
  const text = (field: string) => field.includes("the notes of") ? `${field}: ${"a long story. ".repeat(20)}` : field;
  await choose(page, { name: "large.json", mimeType: "application/json", buffer: Buffer.from(backupOf(text, { projects: 5, tags: 5, notes: 0, tasks: 3_000 })) });
  // Each value that the bar takes, as assistive technology hears it.
  await page.evaluate(() => {
    const heard: (number | null)[] = [];
    Object.assign(window, { heard });
    const look = () => {
      const bar = document.querySelector('[role="progressbar"]');
      if (!bar) return;
      const value = bar.getAttribute("aria-valuenow");
      const now = value === null ? null : Number(value);
      if (heard.at(-1) !== now) heard.push(now);
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-valuenow"] });
  });
  await page.getByRole("button", { name: "Bring it in" }).click();
  await expect(page.getByRole("dialog", { name: "It is in" })).toBeVisible({ timeout: 90_000 });
  const heard = await page.evaluate(() => (window as unknown as { heard: (number | null)[] }).heard);
  const measured = heard.filter((value) => value !== null);
  expect(measured.length, `the bar was heard to say ${heard}`).toBeGreaterThanOrEqual(4);
  expect(measured.every((value, at) => value < 100 && value >= (measured[at - 1] ?? 0)), `the bar was heard to say ${heard}`).toBe(true);
});

test("an import is taken back in one press", async ({ box, open }) => {
  const { page } = await open();
  await claim(page, box);
  const report = await choose(page);
  await report.getByRole("button", { name: "Bring it in" }).click();
  const done = page.getByRole("dialog", { name: "It is in" });
  await expect(done).toBeVisible({ timeout: 20_000 });
  await done.getByRole("button", { name: "Take it back" }).click();
  await expect(page.getByText("Taken back as a whole.")).toBeVisible({ timeout: 20_000 });
  const projects = page.getByRole("navigation", { name: "Places" });
  await page.keyboard.press("g");
  await page.keyboard.press("p");
  await expect(page.getByRole("heading", { level: 1, name: "Projects" })).toBeVisible();
  await expect(projects.getByRole("link", { name: /^Inbox\s*\d/ })).toHaveCount(0);
});

/** What `EXPECT.md` of the samples counts in each file: the inbox and Today are no records here, archived tasks are, notes are notes of their project. */
const samples = [
  { name: "legacy-full-migration-backup.json", tasks: 6 + 2 + 1, projects: ["Migration Test Project"], labels: ["Migration Test Tag"], done: 2 + 1, leftOut: "7 worked days" },
  { name: "seed.template.json", tasks: 15, projects: ["Personal", "Work", "Open Source"], labels: ["home", "deep work", "calls"], done: 0, leftOut: null },
];

for (const sample of samples) {
  test(`${sample.name} comes in with the figures that were counted in it, and twice changes nothing`, async ({ box, open }, info) => {
    const file = [shared, vendored].map((folder) => path.join(folder, sample.name)).find((candidate) => existsSync(candidate));
    if (!file) throw new Error("the sample is nowhere");
    info.annotations.push({ type: "sample", description: file.startsWith(shared) ? "of the shared collection" : "the vendored copy; the shared collection is not here" });
    const { page } = await open();
    await claim(page, box);
    const figures = { Tasks: sample.tasks, Projects: sample.projects.length, Labels: sample.labels.length };

    let report = await choose(page, file);
    for (const [kind, count] of Object.entries(figures)) expect(await counted(report, kind), kind).toEqual({ fresh: count, same: 0 });
    const staysOut = report.getByRole("region", { name: "What stays out" });
    if (sample.leftOut) await expect(staysOut.getByRole("listitem")).toHaveText([sample.leftOut]);
    else await expect(staysOut).toHaveCount(0);
    await report.getByRole("button", { name: "Bring it in" }).click();
    const done = page.getByRole("dialog", { name: "It is in" });
    await expect(done).toBeVisible({ timeout: 20_000 });
    await done.getByRole("button", { name: "Done" }).click();

    const places = page.getByRole("navigation", { name: "Places" });
    const shows = async () => {
      for (const name of [...sample.projects, ...sample.labels]) await expect(places.getByRole("link", { name: new RegExp(`^${name}`) })).toBeVisible();
      await goTo(page, "Logbook");
      await expect(page.getByRole("grid").getByRole("checkbox")).toHaveCount(sample.done);
    };
    await shows();
    await expect(syncLine(page)).toHaveText("In step");
    const changes = await changesKept(page);

    report = await choose(page, file);
    for (const [kind, count] of Object.entries(figures)) expect(await counted(report, kind), kind).toEqual({ fresh: 0, same: count });
    // Whether or not the page lets one ask for nothing: nothing is written.
    const again = report.getByRole("button", { name: "Bring it in" });
    if (await again.isEnabled()) {
      await again.click();
      await page.getByRole("dialog", { name: /^(It is in|Not imported)$/ }).getByRole("button", { name: /^(Done|Close)$/ }).click();
    } else await report.getByRole("button", { name: "Cancel" }).click();
    await shows();
    expect(await changesKept(page)).toBe(changes);
  });
}

test("each sample is taken back in one press, as a whole", async ({ box, open }) => {
  const { page } = await open();
  await claim(page, box);
  const places = page.getByRole("navigation", { name: "Places" });
  for (const sample of samples) {
    const report = await choose(page, path.join(vendored, sample.name));
    await report.getByRole("button", { name: "Bring it in" }).click();
    const done = page.getByRole("dialog", { name: "It is in" });
    await done.getByRole("button", { name: "Take it back" }).click({ timeout: 20_000 });
    await expect(page.getByText("Taken back as a whole.")).toBeVisible({ timeout: 20_000 });
    for (const name of [...sample.projects, ...sample.labels]) await expect(places.getByRole("link", { name: new RegExp(`^${name}`) })).toHaveCount(0);
    for (const place of ["Inbox", "Next", "Someday", "Logbook"]) {
      await goTo(page, place);
      await expect(page.getByRole("grid").getByRole("checkbox")).toHaveCount(0);
    }
  }
});

/** Files that hold others, or tables: what `EXPECT.md` counts in them, and what a space makes of it. */
const containers = [
  {
    folder: "things3", name: "main.sqlite", figures: { Tasks: 37, Projects: 6, Sections: 1, Labels: 5 }, links: ["Project in Area 1", "Area 3", "Errand"],
    leftOut: ["1 repeating rules", "1 reminders", "7 things in the bin", "1 empty areas", "1 dates of projects"],
  },
  { folder: "vikunja", name: "export.zip", figures: { Tasks: 2, Projects: 2, Sections: 2, Labels: 1 }, links: ["test project"], leftOut: ["1 embedded files"] },
];

for (const { folder, name, figures, links, leftOut } of containers) {
  test(`${folder}/${name} comes in with the figures that were counted in it, and twice changes nothing`, async ({ box, open }) => {
    const file = path.resolve(import.meta.dirname, "../../samples", folder, name);
    const { page } = await open();
    await claim(page, box);
    let report = await choose(page, file);
    for (const [kind, count] of Object.entries(figures)) expect(await counted(report, kind), kind).toEqual({ fresh: count, same: 0 });
    await expect(report.getByRole("region", { name: "What stays out" }).getByRole("listitem")).toHaveText(leftOut);
    await report.getByRole("button", { name: "Bring it in" }).click();
    const done = page.getByRole("dialog", { name: "It is in" });
    await expect(done).toBeVisible({ timeout: 20_000 });
    await done.getByRole("button", { name: "Done" }).click();
    const places = page.getByRole("navigation", { name: "Places" });
    for (const link of links) await expect(places.getByRole("link", { name: new RegExp(`^${link}`) })).toBeVisible();
    await expect(syncLine(page)).toHaveText("In step");
    const changes = await changesKept(page);
    report = await choose(page, file);
    for (const [kind, count] of Object.entries(figures)) expect(await counted(report, kind), kind).toEqual({ fresh: 0, same: count });
    await expect(report.getByRole("button", { name: "Bring it in" })).toBeDisabled();
    await report.getByRole("button", { name: "Cancel" }).click();
    expect(await changesKept(page)).toBe(changes);
  });
}

async function changesKept(page: Page): Promise<string> {
  await page.getByRole("button", { name: "Settings" }).click();
  const count = page.locator("dt", { hasText: "Changes kept" }).locator("+ dd");
  await expect(count).toHaveText(/\d/);
  return count.innerText();
}
