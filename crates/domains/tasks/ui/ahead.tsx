import { addDays, dayAsUtc, type GroupView, useClock, useWords } from "@lifeos/core";
import { cx, PlainButton } from "@lifeos/design";
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";

const days_ahead = 14;
/** As many tasks fill a column; more of them only where a day has more. */
const full_day = 6;

export type AheadDay = { day: string; count: number; height: number };

/** The next two weeks from tomorrow on, with how high each day's column is, from 0 to 1. */
export function daysAhead(today: string, groups: readonly GroupView[]): AheadDay[] {
  const counts = new Map(groups.map((group) => [group.day, group.total]));
  const days = Array.from({ length: days_ahead }, (_, at) => addDays(today, at + 1)).map((day) => ({ day, count: counts.get(day) ?? 0 }));
  const most = Math.max(full_day, ...days.map(({ count }) => count));
  return days.map(({ day, count }) => ({ day, count, height: count / most }));
}

/** How full the coming days are, at a glance; a press goes to the day. A phone shows one week of it. */
export function Ahead({ groups, onGo }: { groups: readonly GroupView[]; onGo: (day: string) => void }) {
  const { t } = useLingui();
  const { today } = useClock();
  const words = useWords();
  return (
    <ol aria-label={t`The days ahead`} className="grid grid-cols-7 border-b border-line pt-4 sm:grid-cols-14">
      {daysAhead(today, groups).map(({ day, count, height }, at) => {
        const weekday = dayAsUtc(day).getUTCDay();
        const isFree = weekday === 0 || weekday === 6;
        return (
          <li key={day} className={cx(at >= 7 && "max-sm:hidden", weekday === 1 && at > 0 && "border-l border-line")}>
            <PlainButton
              isDisabled={count === 0}
              onPress={() => onGo(day)}
              className="group flex w-full flex-col items-center rounded-sm pb-1.5 hovered:bg-hover"
            >
              <span className="sr-only">{words.longDay(day)}: {count === 0 ? t`nothing` : plural(count, { one: "# task", other: "# tasks" })}</span>
              <span aria-hidden className="flex h-13 w-3.5 flex-col items-center justify-end gap-0.5">
                <span className="figures text-micro text-ink-2">{count > 0 && count}</span>
                <span className={cx("w-full shrink-0 rounded-xs", count === 0 ? "h-px bg-line" : "bg-accent/55 group-hovered:bg-accent")} style={count === 0 ? {} : { height: `${Math.max(3, height * 32)}px` }} />
              </span>
              <span aria-hidden className={cx("pt-1 text-micro", isFree ? "text-ink-3" : "text-ink-2")}>{words.weekday(day).slice(0, 2)}</span>
              <span aria-hidden className={cx("figures text-small", isFree ? "text-ink-3" : "text-ink")}>{words.dayNumber(day)}</span>
            </PlainButton>
          </li>
        );
      })}
    </ol>
  );
}
