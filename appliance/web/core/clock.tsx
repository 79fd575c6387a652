import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { useLingui } from "@lingui/react/macro";
import type { When } from "./contract/kernel";
import type { DateFormat, NumberFormat } from "./contract/profile";
import { useProfile } from "./hooks";
import { dayAsUtc, dayAt, daysBetween, dayOf, deviceZone, minuteOf, nextTurn, type Zone } from "./when";

export type Clock = {
  /** The person's day, turning at their start of day. */
  today: string;
  zone: Zone;
  locale: string;
  hourCycle: 12 | 24;
  firstDayOfWeek: "mon" | "sat" | "sun";
  dateFormat: DateFormat;
  numberFormat: NumberFormat;
};

const ClockContext = createContext<Clock | null>(null);

/** Knows what day it is for the person, and turns the page when it changes. */
export function ClockProvider({ children, now = Date.now }: { children: ReactNode; now?: () => number }) {
  const profile = useProfile();
  const { i18n } = useLingui();
  const zone = profile?.zone ?? deviceZone();
  const startOfDay = profile?.startOfDay ?? "04:00";
  const [today, setToday] = useState(() => dayAt(now(), zone, startOfDay));

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const turn = () => {
      setToday(dayAt(now(), zone, startOfDay));
      // A sleeping machine skips timers: look again at least every minute.
      timer = setTimeout(turn, Math.min(60_000, Math.max(1000, nextTurn(now(), zone, startOfDay) - now())));
    };
    turn();
    return () => clearTimeout(timer);
  }, [zone, startOfDay, now]);

  const value = useMemo<Clock>(() => {
    const locale = localeFor(i18n.locale);
    const twelve = profile?.timeFormat === "hours12" || (profile?.timeFormat !== "hours24" && Boolean(new Intl.DateTimeFormat(locale, { hour: "numeric" }).resolvedOptions().hour12));
    const first = profile?.firstWeekday ?? "monday";
    return { today, zone, locale, hourCycle: twelve ? 12 : 24, firstDayOfWeek: first === "saturday" ? "sat" : first === "sunday" ? "sun" : "mon", dateFormat: profile?.dateFormat ?? "language", numberFormat: profile?.numberFormat ?? "language" };
  }, [today, zone, i18n.locale, profile]);

  return <ClockContext.Provider value={value}>{children}</ClockContext.Provider>;
}

export function useClock(): Clock {
  const clock = useContext(ClockContext);
  if (!clock) throw new Error("no ClockProvider above");
  return clock;
}

/** The browser's own flavour of the language, where it has one: `en-GB` rather than `en`. */
function localeFor(language: string): string {
  return navigator.languages.find((known) => known.split("-")[0] === language) ?? language;
}

/** Ways to write days, times and spans, as this person reads them. */
export function useWords() {
  const { t } = useLingui();
  const { today, zone, locale, hourCycle, dateFormat, numberFormat } = useClock();
  return useMemo(() => {
    const format = (day: string, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" }).format(dayAsUtc(day));
    const time = (minute: string) => {
      if (hourCycle === 24) return minute;
      const [hour = 0, minutes = 0] = minute.split(":").map(Number);
      return new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit", hour12: true, timeZone: "UTC" }).format(new Date(Date.UTC(2000, 0, 1, hour, minutes)));
    };
    /** Short, for the margin: "Today", "Tue", "3 Dec", "3 Dec 27". */
    const shortDay = (day: string) => {
      const away = daysBetween(today, day);
      if (away === 0) return t`Today`;
      if (away === 1) return t`Tomorrow`;
      if (away === -1) return t`Yesterday`;
      if (away > 1 && away < 7) return format(day, { weekday: "short" });
      const sameYear = day.slice(0, 4) === today.slice(0, 4);
      if (dateFormat !== "language") return figures(day, dateFormat, sameYear);
      return format(day, sameYear ? { day: "numeric", month: "short" } : { day: "numeric", month: "short", year: "2-digit" });
    };
    /** In full, for headings and for those who listen: "Tuesday 3 December". */
    const longDay = (day: string) =>
      format(day, { weekday: "long", day: "numeric", month: "long", ...(day.slice(0, 4) === today.slice(0, 4) ? {} : { year: "numeric" as const }) });
    const shortWhen = (when: When) => {
      const minute = minuteOf(when, zone);
      const day = dayOf(when, zone);
      if (minute === null) return shortDay(day);
      return day === today ? time(minute) : `${shortDay(day)} ${time(minute)}`;
    };
    const longWhen = (when: When) => {
      const minute = minuteOf(when, zone);
      return minute === null ? longDay(dayOf(when, zone)) : `${longDay(dayOf(when, zone))}, ${time(minute)}`;
    };
    const wall = (at_ms: number): When => ({ zoned: { atMs: at_ms, zone, offsetMinutes: 0 } });
    /** The civil day and the time of day of an instant, as the wall shows them. */
    const dayAt = (at_ms: number) => dayOf(wall(at_ms), zone);
    const timeAt = (at_ms: number) => time(minuteOf(wall(at_ms), zone) ?? "");
    const moment = (at_ms: number) =>
      dateFormat === "language"
        ? new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone: zone, hour12: hourCycle === 12 }).format(at_ms)
        : `${figures(dayAt(at_ms), dateFormat, false)}, ${timeAt(at_ms)}`;
    const minutes = (count: number) => {
      const hours = Math.floor(count / 60);
      const rest = count % 60;
      if (hours === 0) return t`${rest} min`;
      return rest === 0 ? t`${hours} h` : t`${hours} h ${rest} min`;
    };
    const { format: number } = new Intl.NumberFormat(numberFormat === "language" ? locale : numberLocales[numberFormat]);
    const bytes = (value: number) => {
      const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
      let step = 0;
      let rest = value;
      while (rest >= 1000 && step < units.length - 1) {
        rest /= 1000;
        step += 1;
      }
      return new Intl.NumberFormat(locale, { style: "unit", unit: units[step] ?? "byte", unitDisplay: "short", maximumFractionDigits: rest < 10 && step > 0 ? 1 : 0 }).format(rest);
    };
    const weekday = (day: string) => format(day, { weekday: "short" });
    const dayNumber = (day: string) => format(day, { day: "numeric" });
    return { shortDay, longDay, shortWhen, longWhen, time, moment, minutes, number, bytes, weekday, dayNumber, dayAt, timeAt, dayOf: (when: When) => dayOf(when, zone), minuteOf: (when: When) => minuteOf(when, zone) };
  }, [t, today, zone, locale, hourCycle, dateFormat, numberFormat]);
}

/** Places where numbers are written in that way. */
const numberLocales: Record<Exclude<NumberFormat, "language">, string> = { commaPoint: "en", pointComma: "de", spaceComma: "fr", apostrophePoint: "de-CH" };

/** A day in figures only. */
function figures(day: string, format: Exclude<DateFormat, "language">, withoutYear: boolean): string {
  const [year = "", month = "", date = ""] = day.split("-");
  switch (format) {
    case "iso":
      return day;
    case "dayMonthYearDots":
      return withoutYear ? `${date}.${month}.` : `${date}.${month}.${year}`;
    case "dayMonthYear":
      return withoutYear ? `${date}/${month}` : `${date}/${month}/${year}`;
    case "monthDayYear":
      return withoutYear ? `${month}/${date}` : `${month}/${date}/${year}`;
  }
}
