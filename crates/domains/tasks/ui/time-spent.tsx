import { type TaskDetailView, useClock, useWords } from "@lifeos/core";
import { PlainButton, Popover, valueShape } from "@lifeos/design";
import { useLingui } from "@lingui/react/macro";
import { useTaskActions } from "./context";

/** Minutes by day, and a few to add. Taking back is adding less. */
export function TimeSpent({ task }: { task: TaskDetailView }) {
  const { t } = useLingui();
  const words = useWords();
  const { today } = useClock();
  const actions = useTaskActions();
  const log = (minutes: number) => void actions.run({ type: "logTime", task: task.row.id, day: today, minutes });
  const nothing = t`Nothing logged`;
  const total = task.row.spentMinutes;
  return (
    <Popover
      label={t`Time spent`}
      className="w-56"
      trigger={<PlainButton aria-label={total > 0 ? t`Time spent: ${words.minutes(total)}` : t`Time spent: ${nothing}`} className={valueShape}>{total > 0 ? <span className="figures">{words.minutes(total)}</span> : <span className="text-ink-3">{nothing}</span>}</PlainButton>}
    >
      {() => (
        <div className="flex flex-col gap-2">
          {task.spent.length > 0 && (
            <ul className="figures max-h-40 overflow-y-auto text-small">
              {task.spent.map((entry) => <li key={entry.day} className="flex justify-between py-0.5"><span className="text-ink-2">{words.shortDay(entry.day)}</span><span>{words.minutes(entry.minutes)}</span></li>)}
            </ul>
          )}
          <p className="text-small text-ink-3">{t`Today`}</p>
          <div className="grid grid-cols-4 gap-1">
            {[-15, 5, 15, 60].map((minutes) => (
              <PlainButton key={minutes} isDisabled={minutes < 0 && total < -minutes} onPress={() => log(minutes)} className="figures h-8 pointer-coarse:h-11 rounded-sm border border-line text-small hovered:bg-hover off:opacity-40">
                {minutes > 0 ? `+${minutes}` : minutes}
              </PlainButton>
            ))}
          </div>
        </div>
      )}
    </Popover>
  );
}
