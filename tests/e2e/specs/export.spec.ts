import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "@playwright/test";
import { addTask, claim, syncLine } from "../house/steps.ts";
import { expect, test } from "../house/test.ts";

const binary = process.env["LIFEOS_BINARY"] ?? path.resolve(import.meta.dirname, "../../../target/release/lifeos");

/** What another program makes of the archive. */
const look = `
import csv, hashlib, io, json, sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
assert archive.testzip() is None
manifest = json.loads(archive.read("manifest.json"))
for file in manifest["files"]:
    content = archive.read(file["name"])
    assert hashlib.sha256(content).hexdigest() == file["sha256"], file["name"]
rows = list(csv.DictReader(io.StringIO(archive.read("csv/tasks.csv").decode("utf-8-sig"))))
lines = [json.loads(line) for line in archive.read("events.jsonl").decode().splitlines()]
calendars = sum(archive.read(name).decode().count("BEGIN:VTODO") for name in archive.namelist() if name.endswith(".ics"))
print(json.dumps({
    "names": sorted(archive.namelist()), "portion": manifest["portion"],
    "tasks": len(rows), "titles": sorted(row["title"] for row in rows), "events": len(lines),
    "todoTxt": len(archive.read("todo.txt").decode().splitlines()), "calendars": calendars,
}))
`;

async function save(page: Page, folder: string): Promise<string> {
  const waiting = page.waitForEvent("download");
  await page.getByRole("link", { name: "Save the file" }).click();
  const download = await waiting;
  expect(download.suggestedFilename()).toMatch(/^lifeos-export-\d{4}-\d\d-\d\d\.zip$/);
  const file = path.join(folder, download.suggestedFilename());
  await download.saveAs(file);
  return file;
}

async function toExport(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Export", exact: true }).click();
  await expect(page.getByText("The file is in the clear")).toBeVisible();
}

test("everything is exported offline, and other programs read what is there", async ({ box, open }) => {
  test.setTimeout(120_000);
  const folder = mkdtempSync(path.join(tmpdir(), "lifeos-export-"));
  const { page } = await open();
  await claim(page, box);
  await addTask(page, "=SUM(A1), not a formula");
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Try with sample data" }).click();
  await expect(page.getByText("A year of sample tasks is here.")).toBeVisible({ timeout: 60_000 });
  await expect(syncLine(page)).toHaveText("In step", { timeout: 60_000 });
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await box.kill();
  await toExport(page);
  await page.getByRole("button", { name: "Export", exact: true }).click();
  await expect(page.getByText("Read back, and right")).toBeVisible({ timeout: 60_000 });
  const file = await save(page, folder);
  const seen = JSON.parse(execFileSync("python3", ["-c", look, file], { encoding: "utf8" })) as { tasks: number; todoTxt: number; calendars: number; events: number; titles: string[]; portion: object };
  expect(seen.tasks).toBeGreaterThan(500);
  expect([seen.todoTxt, seen.calendars]).toEqual([seen.tasks, seen.tasks]);
  expect(seen.titles).toContain("'=SUM(A1), not a formula");
  expect(seen.portion).toEqual({ type: "all" });
  const checked = JSON.parse(execFileSync(binary, ["export", "--check", "--json", file], { encoding: "utf8" })) as { verified: { tasks: number; events: number } };
  expect(checked.verified.tasks).toBe(seen.tasks);
  expect(checked.verified.events).toBe(seen.events);

  // A part, too.
  await page.getByRole("button", { name: "Export something else" }).click();
  await page.getByRole("radio", { name: "One project" }).check({ force: true });
  await page.getByRole("button", { name: /Project/ }).click();
  await page.getByRole("option").first().click();
  await page.getByRole("button", { name: "Export", exact: true }).click();
  await expect(page.getByText("Read back, and right")).toBeVisible({ timeout: 60_000 });
  const part = JSON.parse(execFileSync("python3", ["-c", look, await save(page, folder)], { encoding: "utf8" })) as { tasks: number; events: number; portion: { type: string } };
  expect(part.portion.type).toBe("project");
  expect(part.tasks).toBeGreaterThan(0);
  expect(part.tasks).toBeLessThan(seen.tasks);
  expect(part.events).toBeLessThan(seen.events);
  rmSync(folder, { recursive: true });
});
