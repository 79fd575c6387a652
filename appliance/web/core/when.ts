import type { When } from "./contract/kernel";

/** A time zone by its IANA name. */
export type Zone = string;

/** The zone of this device, used until the profile names another. */
export function deviceZone(): Zone {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

const day_ms = 86_400_000;
const minute_ms = 60_000;

/** Local time minus UTC at a moment, in minutes. */
function offsetAt(at_ms: number, zone: Zone): number {
  const parts = new Intl.DateTimeFormat("en-US-u-ca-gregory-nu-latn", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" }).formatToParts(at_ms);
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((candidate) => candidate.type === type)?.value);
  const local = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return Math.round((local - Math.floor(at_ms / 1000) * 1000) / minute_ms);
}

/** A moment as the wall shows it in a zone: `2026-11-21T09:05`. */
function onTheWall(at_ms: number, zone: Zone): string {
  return new Date(at_ms + offsetAt(at_ms, zone) * minute_ms).toISOString().slice(0, 16);
}

/** The moment at which the wall shows that; in a gap the one after it, in a fold the first. */
function momentOf(day: string, minute: string, zone: Zone): number {
  const wall = Date.parse(`${day}T${minute}:00Z`);
  const before = wall - offsetAt(wall - day_ms, zone) * minute_ms;
  if (onTheWall(before, zone) === `${day}T${minute}`) return before;
  const after = wall - offsetAt(wall + day_ms, zone) * minute_ms;
  return onTheWall(after, zone) === `${day}T${minute}` ? after : before;
}

/** The person's day at a moment: it begins at `startOfDay` (`04:00`), not at midnight. */
export function dayAt(now_ms: number, zone: Zone, startOfDay: string): string {
  const [day = "", minute = ""] = onTheWall(now_ms, zone).split("T");
  return minute >= startOfDay ? day : addDays(day, -1);
}

/** The moment at which the person's day next turns. */
export function nextTurn(now_ms: number, zone: Zone, startOfDay: string): number {
  return momentOf(addDays(dayAt(now_ms, zone, startOfDay), 1), startOfDay, zone);
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00Z`) + days * day_ms).toISOString().slice(0, 10);
}

export function daysBetween(from: string, to: string): number {
  return (Date.parse(`${to}T00:00Z`) - Date.parse(`${from}T00:00Z`)) / day_ms;
}

/** The next day that is this day of the week (0 is Sunday), never today itself. */
export function nextWeekday(today: string, weekday: number): string {
  const now = dayAsUtc(today).getUTCDay();
  return addDays(today, ((weekday - now + 6) % 7) + 1);
}

/** The civil day on which it falls for someone in `zone`. */
export function dayOf(when: When, zone: Zone): string {
  if ("day" in when) return when.day;
  if ("floating" in when) return when.floating.day;
  return onTheWall(when.zoned.atMs, zone).slice(0, 10);
}

/** The time of day, `HH:MM`, or none where only a day is meant. */
export function minuteOf(when: When, zone: Zone): string | null {
  if ("day" in when) return null;
  if ("floating" in when) return when.floating.minute;
  return onTheWall(when.zoned.atMs, zone).slice(11);
}

/** A day, with a time of day if there is one. */
export function makeWhen(day: string, minute: string | null): When {
  return minute === null ? { day } : { floating: { day, minute } };
}

/** One moment, the same everywhere. */
export function makeZoned(day: string, minute: string, zone: Zone): When {
  const atMs = momentOf(day, minute, zone);
  return { zoned: { atMs, zone, offsetMinutes: offsetAt(atMs, zone) } };
}

/** The start of a civil day as an instant in UTC, for formatters that want one. */
export function dayAsUtc(day: string): Date {
  return new Date(`${day}T00:00Z`);
}
