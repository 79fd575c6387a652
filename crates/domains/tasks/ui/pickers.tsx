import type { List } from "@lifeos/core";
import { Icon, LabelDot, labelInks, Picker, PlainButton, Popover, valueShape } from "@lifeos/design";
import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useTasksShared } from "./context";
import { listIcon, lists, useTaskWords } from "./words";

export type Home = { list: List; project: string | null };

/** Where a task belongs: one of the lists, or a project. */
export function HomePicker({ value, onChange, close }: { value: Home; onChange: (home: Partial<Home>) => void; close: () => void }) {
  const { t } = useLingui();
  const words = useTaskWords();
  const { projectList } = useTasksShared();
  const options = [
    ...lists.map((list) => ({ id: `list:${list}`, label: words.list[list], before: <Icon name={listIcon[list]} className="text-ink-3" /> })),
    ...projectList
      .filter((project) => project.status === "active" || project.id === value.project)
      .map((project) => ({ id: `project:${project.id}`, label: project.title, before: <LabelDot ink={project.colour} />, ...(project.area ? { hint: project.area } : {}) })),
  ];
  const chosen = [`list:${value.list}`, ...(value.project ? [`project:${value.project}`] : [])];
  return (
    <Picker
      label={t`List or project`}
      placeholder={t`Move to…`}
      options={options}
      chosen={chosen}
      multiple
      emptyLabel={t`No list or project of that name.`}
      onChange={(next) => {
        const added = next.find((id) => !chosen.includes(id));
        const removed = chosen.find((id) => !next.includes(id));
        if (added?.startsWith("list:")) onChange({ list: added.slice(5) as List });
        else if (added) onChange({ project: added.slice(8) });
        else if (removed?.startsWith("project:")) onChange({ project: null });
        close();
      }}
    />
  );
}

export function HomeValue({ value, onChange, trigger }: { value: Home; onChange: (home: Partial<Home>) => void; trigger?: ReactNode }) {
  const { t } = useLingui();
  const words = useTaskWords();
  const { projects } = useTasksShared();
  const project = value.project ? projects.get(value.project) : undefined;
  const name = project?.title ?? words.list[value.list];
  return (
    <Popover
      label={t`List or project`}
      className="w-64 p-1!"
      trigger={
        trigger ?? (
          <PlainButton aria-label={t`List or project: ${name}`} className={valueShape}>
            {project ? <LabelDot ink={project.colour} /> : <Icon name={listIcon[value.list]} size={15} />}
            <span className="truncate">{name}</span>
          </PlainButton>
        )
      }
    >
      {(close) => <HomePicker value={value} onChange={onChange} close={close} />}
    </Popover>
  );
}

/** The labels of a task. A name that is not there yet makes a new label. */
export function LabelsPicker({ value, onChange }: { value: readonly string[]; onChange: (labels: string[]) => void }) {
  const { t } = useLingui();
  const { labelList, actions } = useTasksShared();
  return (
    <Picker
      label={t`Labels`}
      placeholder={t`Find or make a label…`}
      options={labelList.map((label) => ({ id: label.id, label: label.title, before: <LabelDot ink={label.colour} /> }))}
      chosen={value}
      multiple
      emptyLabel={t`No labels yet. Type a name to make one.`}
      onChange={onChange}
      createLabel={(name) => t`Make label “${name}”`}
      onCreate={async (title) => {
        const made = await actions.run({ type: "createLabel", title, colour: labelInks[labelList.length % labelInks.length] ?? "slate" });
        const id = made?.records[0];
        if (id) onChange([...value, id]);
      }}
    />
  );
}

export function LabelsValue({ value, onChange, trigger }: { value: readonly string[]; onChange: (labels: string[]) => void; trigger?: ReactNode }) {
  const { t } = useLingui();
  const { labels } = useTasksShared();
  return (
    <Popover
      label={t`Labels`}
      className="w-64 p-1!"
      trigger={
        trigger ?? (
          <PlainButton aria-label={value.length > 0 ? t`Labels: ${value.map((id) => labels.get(id)?.title).join(" ")}` : t`Add labels`} className={valueShape}>
            {value.length === 0 ? <span className="text-ink-3">{t`Add labels`}</span> : <LabelNames ids={value} labels={labels} />}
          </PlainButton>
        )
      }
    >
      {() => <LabelsPicker value={value} onChange={onChange} />}
    </Popover>
  );
}

export function LabelNames({ ids, labels }: { ids: readonly string[]; labels: ReadonlyMap<string, { title: string; colour: string }> }) {
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-2.5 gap-y-0.5">
      {ids.map((id) => {
        const label = labels.get(id);
        return (
          label && (
            <span key={id} className="inline-flex items-center gap-1.5">
              <LabelDot ink={label.colour} />
              {label.title}
            </span>
          )
        );
      })}
    </span>
  );
}
