import { IconButton, PlainButton, Popover } from "@lifeos/design";
import { Plural, useLingui } from "@lingui/react/macro";
import { useTaskActions } from "./context";
import { HomePicker, LabelsPicker } from "./pickers";
import { WhenChoice } from "./when-picker";
import { priorities, useTaskWords } from "./words";

const shape = "h-9 pointer-coarse:h-11 rounded-sm px-2.5 text-body hovered:bg-paper/15 whitespace-nowrap";

/** What can be done to all that is selected, as one act that is undone as one. */
export function BulkBar({ tasks, inTrash, onDone, onAll, onClear }: { tasks: readonly string[]; inTrash: boolean; onDone: () => void; onAll: () => void; onClear: () => void }) {
  const { t } = useLingui();
  const actions = useTaskActions();
  const words = useTaskWords();
  return (
    <div data-foot-bar className="pointer-events-none absolute inset-x-0 bottom-4 z-20 flex justify-center px-2">
      <div role="toolbar" aria-label={t`Selected tasks`} className="quiet-scroll pointer-events-auto flex max-w-full items-center gap-0.5 overflow-x-auto rounded-md bg-ink p-1 text-paper shadow-float animate-rise">
        <span className="figures px-3 font-medium whitespace-nowrap"><Plural value={tasks.length} one="# selected" other="# selected" /></span>
        {inTrash ? (
          <PlainButton className={shape} onPress={() => actions.edit(tasks, { type: "restore" })}>{t`Take out`}</PlainButton>
        ) : (
          <>
            <PlainButton className={shape} onPress={onDone}>{t`Done`}</PlainButton>
            <Popover label={t`Due`} trigger={<PlainButton className={shape}>{t`Due`}</PlainButton>}>
              {(close) => <WhenChoice label={t`Due`} value={null} onChange={(due) => { actions.set(tasks, { due }); close(); }} />}
            </Popover>
            <Popover label={t`Schedule`} trigger={<PlainButton className={shape}>{t`Schedule`}</PlainButton>}>
              {(close) => <WhenChoice label={t`Schedule`} value={null} onChange={(start) => { actions.set(tasks, { scheduled: start && { start, minutes: null } }); close(); }} />}
            </Popover>
            <Popover label={t`Priority`} className="p-1!" trigger={<PlainButton className={shape}>{t`Priority`}</PlainButton>}>
              {(close) => (
                <div className="flex flex-col">
                  {priorities.toReversed().map((priority) => (
                    <PlainButton key={priority} className="rounded-sm px-3 py-1.5 text-left hovered:bg-hover pointer-coarse:min-h-11" onPress={() => { actions.set(tasks, { priority }); close(); }}>{words.priorityLong[priority]}</PlainButton>
                  ))}
                </div>
              )}
            </Popover>
            <Popover label={t`Move`} className="w-64 p-1!" trigger={<PlainButton className={shape}>{t`Move`}</PlainButton>}>
              {(close) => <HomePicker value={{ list: "next", project: null }} close={close} onChange={(home) => actions.set(tasks, ...(home.list ? [{ list: home.list }] : []), ...(home.project !== undefined ? [{ project: home.project }] : []))} />}
            </Popover>
            <Popover label={t`Label`} className="w-64 p-1!" trigger={<PlainButton className={shape}>{t`Label`}</PlainButton>}>
              {(close) => <LabelsPicker value={[]} onChange={(labels) => { for (const label of labels) actions.edit(tasks, { type: "addLabel", label }); close(); }} />}
            </Popover>
            <IconButton icon="trash" label={t`Move to the trash`} keys="Delete" className="text-paper! hovered:bg-paper/15!" onPress={() => actions.trash(tasks)} />
          </>
        )}
        <IconButton icon="checklist" label={t`Select all`} keys="Mod+A" className="text-paper! hovered:bg-paper/15!" onPress={onAll} />
        <IconButton icon="close" label={t`Clear the selection`} keys="Esc" className="text-paper! hovered:bg-paper/15!" onPress={onClear} />
      </div>
    </div>
  );
}
