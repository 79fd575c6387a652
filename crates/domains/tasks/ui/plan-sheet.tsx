import { type TaskRow, useWords, type When } from "@lifeos/core";
import { Dialog, DialogBody } from "@lifeos/design";
import { useLingui } from "@lingui/react/macro";
import { useTaskActions } from "./context";
import { WhenChoice } from "./when-picker";

/** Asks for the day of a task that was swiped aside, and says what was done, with a way back. */
export function PlanSheet({ task, onClose }: { task: TaskRow; onClose: () => void }) {
  const { t } = useLingui();
  const actions = useTaskActions();
  const words = useWords();
  const plan = (start: When | null) => {
    const day = start && words.shortWhen(start);
    void actions.said(
      { type: "editTasks", tasks: [task.id], edit: { type: "set", set: [{ scheduled: start && { start, minutes: task.scheduled?.minutes ?? null } }] } },
      day ? t`Planned: ${day}.` : t`Not planned any more.`,
    );
    onClose();
  };
  return (
    <Dialog title={t`When?`} width="narrow" isOpen onClose={onClose}>
      <DialogBody className="items-center">
        <p className="self-stretch text-ink-2">{task.title}</p>
        <WhenChoice label={t`Scheduled`} value={task.scheduled?.start ?? null} onChange={plan} />
      </DialogBody>
    </Dialog>
  );
}
