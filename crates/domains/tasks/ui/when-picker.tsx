import { addDays, makeWhen, nextWeekday, useClock, useWords, type When } from "@lifeos/core";
import { Button, DayCalendar, Icon, type IconName, PlainButton, Popover, TimeField, valueShape } from "@lifeos/design";
import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";

/** Days that are asked for most often, and a month for all others. */
export function WhenChoice({ label, value, onChange, withTime = true }: { label: string; value: When | null; onChange: (when: When | null) => void; withTime?: boolean }) {
  const { t } = useLingui();
  const { today, firstDayOfWeek, hourCycle } = useClock();
  const words = useWords();
  const day = value ? words.dayOf(value) : null;
  const minute = value ? words.minuteOf(value) : null;
  const quick = [
    { label: t`Today`, day: today },
    { label: t`Tomorrow`, day: addDays(today, 1) },
    { label: t`Weekend`, day: nextWeekday(today, 6) },
    { label: t`Next week`, day: nextWeekday(today, 1) },
  ];
  return (
    <div className="flex w-70 flex-col gap-2 pointer-coarse:w-77">
      <div className="grid grid-cols-2 gap-1">
        {quick.map((choice) => (
          <PlainButton key={choice.label} onPress={() => onChange(makeWhen(choice.day, minute))} className="flex h-8 items-center justify-between rounded-sm px-2 text-small hovered:bg-hover pointer-coarse:h-11">
            <span>{choice.label}</span>
            <span className="text-ink-3">{words.weekday(choice.day)}</span>
          </PlainButton>
        ))}
      </div>
      <div className="flex justify-center border-t border-line pt-2">
        <DayCalendar label={label} value={day} today={today} firstDayOfWeek={firstDayOfWeek} onChange={(next) => onChange(makeWhen(next, minute))} />
      </div>
      <div className="flex items-end justify-between gap-2 border-t border-line pt-2">
        {withTime ? <TimeField label={t`Time`} hourCycle={hourCycle} value={minute} onChange={(next) => onChange(makeWhen(day ?? today, next))} /> : <span />}
        {value && <Button tone="quiet" onPress={() => onChange(null)}>{t`Clear`}</Button>}
      </div>
    </div>
  );
}

/** A date of a record, as quiet as text until it is pressed. */
export function WhenValue({ label, value, onChange, empty, icon, withTime = true, tone, trigger }: {
  label: string; value: When | null; onChange: (when: When | null) => void; empty: string; icon?: IconName; withTime?: boolean; tone?: "plain" | "late"; trigger?: ReactNode;
}) {
  const words = useWords();
  return (
    <Popover
      label={label}
      trigger={
        trigger ?? (
          <PlainButton aria-label={`${label}: ${value ? words.shortWhen(value) : empty}`} className={valueShape}>
            {icon && <Icon name={icon} size={15} className={value ? "shrink-0" : "shrink-0 text-ink-3"} />}
            <span className={value ? (tone === "late" ? "figures font-medium text-madder" : "figures") : "text-ink-3"}>{value ? words.shortWhen(value) : empty}</span>
          </PlainButton>
        )
      }
    >
      {() => <WhenChoice label={label} value={value} onChange={onChange} withTime={withTime} />}
    </Popover>
  );
}
