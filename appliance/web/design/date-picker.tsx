import { type CalendarDate, type DateValue, parseDate, parseTime } from "@internationalized/date";
import type { ReactNode } from "react";
import {
  Button, Calendar, CalendarCell, CalendarGrid, CalendarGridBody, CalendarGridHeader, CalendarHeaderCell, DateField as AriaDateField, DateInput,
  DateSegment, Heading, Label, TimeField as AriaTimeField,
} from "react-aria-components";
import { cx } from "./cx";
import { inputShape } from "./field";
import { Icon } from "./icon";

/** A month to choose a civil day from. Days are written `YYYY-MM-DD`: no instant, no zone. */
export function DayCalendar({ label, value, today, onChange, autoFocus, firstDayOfWeek }: {
  label: string; value: string | null; today: string; onChange: (day: string) => void; autoFocus?: boolean; firstDayOfWeek?: "sun" | "mon" | "sat";
}) {
  return (
    <Calendar
      aria-label={label}
      value={value ? parseDate(value) : null}
      defaultFocusedValue={parseDate(value ?? today)}
      onChange={(day: DateValue) => onChange(day.toString().slice(0, 10))}
      autoFocus={autoFocus ?? false}
      {...(firstDayOfWeek ? { firstDayOfWeek } : {})}
      className="w-fit"
    >
      <div className="flex items-center justify-between pb-1">
        <Heading className="px-1.5 text-body font-semibold" />
        <span className="flex">
          <Button slot="previous" className="grid size-8 place-items-center rounded-sm text-ink-2 hovered:bg-hover pointer-coarse:size-11"><Icon name="chevronLeft" /></Button>
          <Button slot="next" className="grid size-8 place-items-center rounded-sm text-ink-2 hovered:bg-hover pointer-coarse:size-11"><Icon name="chevronRight" /></Button>
        </span>
      </div>
      <CalendarGrid className="border-separate border-spacing-0">
        <CalendarGridHeader>{(day) => <CalendarHeaderCell className="pb-1 text-micro font-medium text-ink-3">{day}</CalendarHeaderCell>}</CalendarGridHeader>
        <CalendarGridBody>
          {(date: CalendarDate) => (
            <CalendarCell
              date={date}
              className={cx(
                "figures grid size-8 pointer-coarse:size-11 place-items-center rounded-sm text-small outline-none hovered:bg-hover",
                "data-[outside-month]:hidden selected:bg-accent selected:text-accent-ink data-[focus-visible]:outline-2 data-[focus-visible]:outline-accent",
                date.toString() === today && "font-bold text-accent underline underline-offset-4 selected:text-accent-ink",
              )}
            />
          )}
        </CalendarGridBody>
      </CalendarGrid>
    </Calendar>
  );
}

/** A time of day, `HH:MM`, typed in segments. */
export function TimeField({ label, value, onChange, hideLabel, hourCycle }: {
  label: string; value: string | null; onChange: (time: string | null) => void; hideLabel?: boolean; hourCycle?: 12 | 24;
}) {
  return (
    <AriaTimeField
      ref={forgetful}
      value={value ? parseTime(value) : null}
      onChange={(time) => onChange(time ? time.toString().slice(0, 5) : null)}
      {...(hourCycle ? { hourCycle } : {})}
      className="flex flex-col gap-1"
    >
      <Label className={hideLabel ? "sr-only" : "text-small font-medium text-ink-2"}>{label}</Label>
      <Segments />
    </AriaTimeField>
  );
}

/** A civil day, `YYYY-MM-DD`, typed in segments. */
export function DayField({ label, value, onChange, after }: { label: string; value: string | null; onChange: (day: string | null) => void; after?: ReactNode }) {
  return (
    <AriaDateField ref={forgetful} autoComplete="off" value={value ? parseDate(value) : null} onChange={(day) => onChange(day ? day.toString().slice(0, 10) : null)} className="flex flex-col gap-1">
      <Label className="text-small font-medium text-ink-2">{label}</Label>
      <div className="flex items-center gap-2"><Segments />{after}</div>
    </AriaDateField>
  );
}

/** The hidden field that holds the whole of it is for forms: a browser would keep what is in it with its history of the tab. */
function forgetful(field: HTMLElement | null): void {
  for (const input of field?.querySelectorAll("input") ?? []) input.setAttribute("autocomplete", "off");
}

function Segments() {
  return (
    <DateInput className={cx(inputShape, "figures flex w-fit items-center gap-px data-[focus-within]:outline-2 data-[focus-within]:outline-accent")}>
      {(segment) => <DateSegment segment={segment} className="rounded-xs px-0.5 outline-none focused:bg-accent focused:text-accent-ink data-[placeholder]:text-ink-3 data-[type=literal]:px-0" />}
    </DateInput>
  );
}
