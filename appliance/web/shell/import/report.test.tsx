import { ClockProvider, type ImportReport, LifeClient, LifeProvider, type Port } from "@lifeos/core";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { render, screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import { report } from "../../dev/fixtures";
import { ReportView } from "./report";

const port: Port = { postMessage: () => {}, addEventListener: () => {} };

function show(changes: Partial<ImportReport>) {
  render(<I18nProvider i18n={i18n}><LifeProvider client={new LifeClient(port)}><ClockProvider><ReportView report={{ ...report, ...changes }} /></ClockProvider></LifeProvider></I18nProvider>);
}

it("what was not understood is said in words, with its row or line", () => {
  show({
    source: "todoist",
    layout: null,
    notUnderstood: [{ reason: "notAPlainDate", at: "row 5, column 8", count: 1 }, { reason: "notARow", at: "line 12", count: 1 }],
    notUnderstoodTotal: { notAPlainDate: 1, notARow: 1 },
  });
  const said = within(screen.getByRole("region", { name: "Not understood" })).getAllByRole("listitem").map((item) => item.textContent);
  expect(said).toEqual(["row 5, column 8: not a date in digits", "line 12: not a line of this format; left out"]);
});

it("what has no place here yet is counted by what it is", () => {
  show({ leftOut: [{ what: "calendarEntries", count: 3 }, { what: "relations", count: 1 }] });
  const left = within(screen.getByRole("region", { name: "What stays out" })).getAllByRole("listitem").map((item) => item.textContent);
  expect(left).toEqual(["3 entries of a calendar", "1 links between tasks"]);
});
