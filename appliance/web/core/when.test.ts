import { describe, expect, it } from "vitest";
import { addDays, dayAt, dayOf, daysBetween, makeZoned, minuteOf, nextTurn, nextWeekday } from "./when";

describe("the person's day", () => {
  it("turns at the start of day, not at midnight", () => {
    expect(dayAt(Date.parse("2026-11-21T02:59:00Z"), "Europe/Vienna", "04:00")).toBe("2026-11-20");
    expect(dayAt(Date.parse("2026-11-21T03:00:00Z"), "Europe/Vienna", "04:00")).toBe("2026-11-21");
  });

  it("turns next at the wall's time, across a change of the clocks", () => {
    const evening = Date.parse("2026-03-28T20:00:00Z");
    expect(new Date(nextTurn(evening, "Europe/Vienna", "04:00")).toISOString()).toBe("2026-03-29T02:00:00.000Z");
    const autumn = Date.parse("2026-10-24T20:00:00Z");
    expect(new Date(nextTurn(autumn, "Europe/Vienna", "04:00")).toISOString()).toBe("2026-10-25T03:00:00.000Z");
  });
});

describe("days", () => {
  it("count over months, years and leap days", () => {
    expect(addDays("2028-02-28", 1)).toBe("2028-02-29");
    expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
    expect(daysBetween("2026-11-21", "2027-11-21")).toBe(365);
  });

  it("never give today for the next day of the week", () => {
    expect(nextWeekday("2026-11-21", 6)).toBe("2026-11-28");
    expect(nextWeekday("2026-11-21", 1)).toBe("2026-11-23");
  });
});

describe("a moment with a zone", () => {
  it("is the same moment elsewhere, on another wall", () => {
    const when = makeZoned("2026-11-21", "23:30", "Europe/Vienna");
    expect(when).toEqual({ zoned: { atMs: Date.parse("2026-11-21T22:30:00Z"), zone: "Europe/Vienna", offsetMinutes: 60 } });
    expect([dayOf(when, "Asia/Tokyo"), minuteOf(when, "Asia/Tokyo")]).toEqual(["2026-11-22", "07:30"]);
  });
});
