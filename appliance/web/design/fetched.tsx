import { type ComponentProps, Suspense } from "react";
import type * as DatePicker from "./date-picker";
import { lazyWhenIdle } from "./lazy";

// Heavy parts that the first page does not need, with room kept for them.
const Calendar = lazyWhenIdle(async () => ({ default: (await import("./date-picker")).DayCalendar }));
const Time = lazyWhenIdle(async () => ({ default: (await import("./date-picker")).TimeField }));
const Day = lazyWhenIdle(async () => ({ default: (await import("./date-picker")).DayField }));
export const Markdown = lazyWhenIdle(async () => ({ default: (await import("./markdown")).Markdown }));

export function DayCalendar(props: ComponentProps<typeof DatePicker.DayCalendar>) {
  return <Suspense fallback={<div className="h-64 w-56" />}><Calendar {...props} /></Suspense>;
}

export function TimeField(props: ComponentProps<typeof DatePicker.TimeField>) {
  return <Suspense fallback={<div className="h-15 w-28" />}><Time {...props} /></Suspense>;
}

export function DayField(props: ComponentProps<typeof DatePicker.DayField>) {
  return <Suspense fallback={<div className="h-15 w-40" />}><Day {...props} /></Suspense>;
}
