import { useNavigation, useTasks } from "@lifeos/core";
import { ActionMenu, Button, Dialog, DialogActions, DialogBody, type DropEdge, EditableText, Keys, LabelDot, labelInks, Link, PlainButton, Popover, SortRow, TextField } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useTaskActions, useTasksShared } from "./context";
import { HistoryDialog } from "./history-dialog";
import { useTextLimits } from "./limits";
import { ScopeList } from "./lists";
import { useShiftActions } from "./shift-actions";
import { Empty, ListFace, ScreenHead, useOrderKeys } from "./screen";

export function LabelsScreen() {
  const { t } = useLingui();
  const live = useTasks<"labels">({ type: "labels" });
  const actions = useTaskActions();
  const [title, setTitle] = useState<string | null>(null);
  useOrderKeys();
  const sort = (moved: string, record: string, edge: DropEdge) => void actions.run({ type: "moveLabel", label: moved, place: { type: edge === "top" ? "before" : "after", record } });
  const head = <ScreenHead title={t`Labels`} actions={<Button icon="plus" onPress={() => setTitle("")}>{t`New label`}</Button>} />;
  if (live.state !== "ready") return <ListFace state={live} head={head} />;
  const make = async () => {
    if (!title?.trim()) return;
    await actions.run({ type: "createLabel", title: title.trim(), colour: labelInks[live.view.labels.length % labelInks.length] ?? "slate" });
    setTitle(null);
  };
  return (
    <div className="quiet-scroll h-full">
      <div className="column">
      {head}
      <ul className="px-4 pb-20 empty:hidden sm:pl-[calc(var(--margin)+0.75rem)]">
        {live.view.labels.map((label, at) => (
          <SortRow key={label.id} kind="label" id={label.id} above={live.view.labels[at - 1]?.id} below={live.view.labels[at + 1]?.id} onSort={sort}>
            <Link plain href={`/labels/${label.id}`} className="flex min-h-(--row) items-center gap-3 rounded-sm px-2 -mx-2 hovered:bg-hover">
              <LabelDot ink={label.colour} />
              <span className="min-w-0 flex-1 truncate">{label.title}</span>
              <span className="figures text-small text-ink-3">{label.open}</span>
            </Link>
          </SortRow>
        ))}
      </ul>
      {live.view.labels.length === 0 && (
        <Empty title={t`No labels yet`} actions={<Button tone="primary" onPress={() => setTitle("")}>{t`Make a label`}</Button>}><p><Trans>Labels cut across projects: people, places, energy. A task may have several.</Trans></p></Empty>
      )}
      <Dialog title={t`New label`} width="narrow" place="top" isOpen={title !== null} onClose={() => setTitle(null)}>
        <form onSubmit={(event) => { event.preventDefault(); void make(); }} className="contents">
          <DialogBody><TextField label={t`Name`} value={title ?? ""} onChange={setTitle} autoFocus /></DialogBody>
          <DialogActions>
            <Button onPress={() => setTitle(null)}>{t`Cancel`}</Button>
            <Button tone="primary" type="submit" isDisabled={!title?.trim()}>{t`Make label`}</Button>
          </DialogActions>
        </form>
      </Dialog>
      </div>
    </div>
  );
}

export function LabelScreen({ id }: { id: string }) {
  const { t } = useLingui();
  const { labels, labelList } = useTasksShared();
  const shift = useShiftActions();
  const limits = useTextLimits();
  const actions = useTaskActions();
  const { go } = useNavigation();
  const label = labels.get(id);
  const known = useTasks<"labels">({ type: "labels" });
  const [showsHistory, setShowsHistory] = useState(false);
  if (known.state === "ready" && !label && !known.view.labels.some((other) => other.id === id)) {
    return <div className="quiet-scroll h-full"><div className="column"><ScreenHead title={t`Label`} /><Empty title={t`This label is not here`}><p><Trans>It was erased, or is on its way from another device.</Trans></p></Empty></div></div>;
  }
  const inks: Record<string, string> = { clay: t`Clay`, ochre: t`Ochre`, moss: t`Moss`, fir: t`Fir`, sea: t`Sea`, sky: t`Sky`, iris: t`Iris`, plum: t`Plum`, slate: t`Slate` };
  return (
    <ScopeList
      scope={{ type: "label", label: id, closed: false }}
      title={label?.title ?? t`Label`}
      head={
        <ScreenHead
          title={
            label ? (
              <span className="flex items-center gap-3">
                <Popover
                  label={t`Colour`}
                  trigger={<PlainButton aria-label={t`Colour: ${inks[label.colour] ?? label.colour}`} className="grid size-8 shrink-0 place-items-center rounded-sm hovered:bg-hover pointer-coarse:size-11"><LabelDot ink={label.colour} /></PlainButton>}
                >
                  {(close) => (
                    <div className="grid grid-cols-3 gap-1">
                      {labelInks.map((ink) => (
                        <PlainButton key={ink} className="flex items-center gap-2 rounded-sm px-2 py-1.5 text-small hovered:bg-hover pointer-coarse:min-h-11" onPress={() => { void actions.run({ type: "editLabel", label: id, set: [{ colour: ink }] }); close(); }}>
                          <LabelDot ink={ink} />{inks[ink]}
                        </PlainButton>
                      ))}
                    </div>
                  )}
                </Popover>
                <EditableText label={t`Name`} value={label.title} required limit={limits.title} keepAs={`${id} title`} onCommit={(title) => actions.save({ type: "editLabel", label: id, set: [{ title }] })} />
              </span>
            ) : t`Label`
          }
          actions={<ActionMenu label={t`More for this label`} actions={[{ id: "history", label: t`History`, icon: "history", onAction: () => setShowsHistory(true) }, ...shift(labelList, id, (place) => void actions.run({ type: "moveLabel", label: id, place })), null, { id: "trash", label: t`Move to the trash`, icon: "trash", tone: "danger", onAction: () => void actions.trashRecord(id, label?.title ?? t`Label`).then(() => go("/labels")) }]} />}
        >
          {showsHistory && <HistoryDialog record={id} name={label?.title ?? t`Label`} onClose={() => setShowsHistory(false)} />}
        </ScreenHead>
      }
      empty={<Empty title={t`No open tasks with this label`}><p><Trans>Give it to a task in its detail<span className="pointer-coarse:hidden">, or to several at once: select them with <Keys keys="x" /></span>.</Trans></p></Empty>}
    />
  );
}
