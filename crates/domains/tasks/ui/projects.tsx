import { type ProjectStatus, type ProjectView, type SectionView, type TaskField, type TaskRow, useNavigation, useTasks } from "@lifeos/core";
import { ActionMenu, Button, type DropEdge, EditableText, IconButton, Link, Pill, Ring, Select, SortRow, useShortcuts } from "@lifeos/design";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useMemo, useState } from "react";
import { useTaskActions, useTasksShared } from "./context";
import { HistoryDialog } from "./history-dialog";
import { useShiftActions } from "./shift-actions";
import { useTextLimits } from "./limits";
import { ScopeList, type ScopeListProps } from "./lists";
import { NewProject } from "./new-project";
import { Notes } from "./notes";
import { useQuickAdd } from "./quick-add";
import { LooseHeading, NewSection, SectionHeading } from "./sections";
import { Empty, ListFace, ScreenHead, SectionHead, useOrderKeys } from "./screen";
import { useTaskWords } from "./words";

export function ProjectsScreen() {
  const { t } = useLingui();
  const live = useTasks<"projects">({ type: "projects", closed: true });
  const [isMaking, setMaking] = useState(false);
  const words = useTaskWords();
  const actions = useTaskActions();
  useOrderKeys();
  const head = <ScreenHead title={t`Projects`} actions={<Button icon="plus" onPress={() => setMaking(true)}>{t`New project`}</Button>} />;
  if (live.state !== "ready") return <ListFace state={live} head={head} />;
  const open = live.view.projects.filter((project) => project.status === "active" || project.status === "paused");
  const closed = live.view.projects.filter((project) => project.status === "completed" || project.status === "cancelled");
  const areas = [...new Set(open.map((project) => project.area))].toSorted((a, b) => Number(a === "") - Number(b === "") || a.localeCompare(b));
  const sort = (moved: string, record: string, edge: DropEdge) => void actions.run({ type: "moveProject", project: moved, place: { type: edge === "top" ? "before" : "after", record } });
  const rows = (list: readonly ProjectView[], kind: string) => (
    <ul>
      {list.map((project, at) => (
        <SortRow key={project.id} kind={kind} id={project.id} above={list[at - 1]?.id} below={list[at + 1]?.id} onSort={sort}>
          <Link plain href={`/projects/${project.id}`} className="flex min-h-(--row) flex-wrap items-center gap-x-3 rounded-sm px-2 -mx-2 hovered:bg-hover">
            <Ring ink={project.colour} done={project.tasks.done} total={project.tasks.total} />
            <span className="min-w-0 flex-1 truncate">{project.title}</span>
            {project.needsNextAction && <Pill tone="attention">{t`No next step`}</Pill>}
            {project.reviewDue && <Pill>{t`Review`}</Pill>}
            {project.status !== "active" && <span className="text-small text-ink-3">{words.projectStatus[project.status]}</span>}
            <span className="figures w-14 text-right text-small text-ink-3">{project.tasks.done}/{project.tasks.total}</span>
          </Link>
        </SortRow>
      ))}
    </ul>
  );
  return (
    <div className="quiet-scroll h-full">
      <div className="column">
      {head}
      <div className="flex flex-col gap-6 px-4 pb-20 empty:hidden sm:pl-[calc(var(--margin)+0.75rem)]">
        {areas.map((area) => (
          <section key={area} aria-label={area || t`Without an area`}>
            {(areas.length > 1 || area !== "") && <SectionHead>{area || t`Without an area`}</SectionHead>}
            {rows(open.filter((project) => project.area === area), `project-${area}`)}
          </section>
        ))}
        {closed.length > 0 && <section aria-label={t`Closed`}><SectionHead count={closed.length}>{t`Closed`}</SectionHead>{rows(closed, "project-closed")}</section>}
      </div>
      {live.view.projects.length === 0 && (
        <Empty title={t`No projects yet`} actions={<Button tone="primary" onPress={() => setMaking(true)}>{t`Make a project`}</Button>}>
          <p><Trans>A project is anything that takes more than one step: a trip, a tax return, a kitchen.</Trans></p>
        </Empty>
      )}
      <NewProject isOpen={isMaking} onClose={() => setMaking(false)} />
      </div>
    </div>
  );
}

export function ProjectScreen({ id }: { id: string }) {
  const { t } = useLingui();
  const live = useTasks<"project">({ type: "project", project: id });
  const limits = useTextLimits();
  const actions = useTaskActions();
  const quickAdd = useQuickAdd();
  const { go } = useNavigation();
  const { projectList } = useTasksShared();
  const shift = useShiftActions();
  const words = useTaskWords();
  const [showsClosed, setShowsClosed] = useState(false);
  const [isWriting, setWriting] = useState(false);
  const [showsHistory, setShowsHistory] = useState(false);
  useShortcuts([{ keys: "s", label: t`New section`, group: t`In a project`, run: () => setWriting(true) }]);
  const detail = live.state === "ready" ? live.view.project : null;
  const headings = useMemo(() => headingsOf(id, detail?.sections ?? []), [id, detail?.sections]);
  if (live.state !== "ready") return <ListFace state={live} head={<ScreenHead title="…" />} />;
  if (!detail) return <div className="quiet-scroll h-full"><div className="column"><ScreenHead title={t`Project`} /><Empty title={t`This project is not here`}><p><Trans>It was erased, or is on its way from another device.</Trans></p></Empty></div></div>;
  const { project, sections } = detail;
  const edit = (set: Parameters<typeof actions.run>[0] & { type: "editProject" }) => actions.save(set);
  return (
    <ScopeList
      scope={{ type: "project", project: id, closed: showsClosed }}
      grouping={sections.length > 0 ? "section" : "none"}
      headings={headings}
      takesOn={sections.length > 0 ? sectionOf : undefined}
      footer={<><NewSection project={id} isOpen={isWriting} onClose={() => setWriting(false)} /><div className="h-24" /></>}
      title={project.title}
      hides={{ project: true }}
      isOrdered
      head={
        <ScreenHead
          title={
            <span className="flex items-center gap-3">
              <Ring ink={project.colour} done={project.tasks.done} total={project.tasks.total} size={22} />
              <EditableText label={t`Name`} value={project.title} required limit={limits.title} keepAs={`${id} title`} onCommit={(title) => edit({ type: "editProject", project: id, set: [{ title }] })} />
            </span>
          }
          actions={
            <>
              <IconButton icon="plus" label={t`New task in this project`} keys="q" onPress={() => quickAdd.open({ project: id })} />
              <ActionMenu
                label={t`More for this project`}
                actions={[
                  { id: "section", label: t`New section`, icon: "plus", keys: "s", onAction: () => setWriting(true) },
                  { id: "history", label: t`History`, icon: "history", onAction: () => setShowsHistory(true) },
                  ...shift(projectList.filter((other) => other.status === project.status && other.area === project.area), id, (place) => void actions.run({ type: "moveProject", project: id, place })),
                  { id: "closed", label: showsClosed ? t`Hide what is done` : t`Show what is done`, icon: "check", onAction: () => setShowsClosed(!showsClosed) },
                  null,
                  { id: "trash", label: t`Move to the trash`, icon: "trash", tone: "danger", onAction: () => void actions.trashRecord(id, project.title).then(() => go("/projects")) },
                ]}
              />
            </>
          }
        >
          <div className="flex flex-wrap items-center gap-x-4 gap-y-1 pt-2 text-ink-2">
            <Select<ProjectStatus> label={t`Status`} hideLabel look="bare" value={project.status} choices={(["active", "paused", "completed", "cancelled"] as const).map((value) => ({ value, label: words.projectStatus[value] }))} onChange={(status) => edit({ type: "editProject", project: id, set: [{ status }] })} />
            <span className="figures text-small text-ink-3"><Plural value={project.tasks.total} one={`${project.tasks.done} of # task done`} other={`${project.tasks.done} of # tasks done`} /></span>
            {project.needsNextAction && <Pill tone="attention">{t`No next step`}</Pill>}
          </div>
          {showsHistory && <HistoryDialog record={id} name={project.title} onClose={() => setShowsHistory(false)} />}
          <div className="flex max-w-xl flex-col gap-1 pt-3">
            <EditableText label={t`Goal`} placeholder={t`What will be true when it is done?`} value={project.goal} limit={limits.title} keepAs={`${id} goal`} onCommit={(goal) => edit({ type: "editProject", project: id, set: [{ goal }] })} className="text-lead text-ink-2" />
            <Notes label={t`Notes`} record={id} value={detail.notes} onCommit={(notes) => edit({ type: "editProject", project: id, set: [{ notes }] })} />
          </div>
        </ScreenHead>
      }
      empty={
        <Empty title={t`No open tasks`} actions={<Button tone="primary" icon="plus" onPress={() => quickAdd.open({ project: id })}>{t`Write the next step`}</Button>}>
          <p><Trans>What is the very next thing to do here?</Trans></p>
        </Empty>
      }
    />
  );
}

/** How the sections of a project stand in its list. */
function headingsOf(project: string, sections: readonly SectionView[]): NonNullable<ScopeListProps["headings"]> {
  const order = sections.map((section) => section.id);
  return {
    always: order,
    draw: ({ group, first }) => {
      const at = group.record === null ? -1 : order.indexOf(group.record);
      const section = sections[at];
      return section ? <SectionHeading project={project} section={section} above={order[at - 1]} below={order[at + 1]} count={group.total} first={first} /> : <LooseHeading count={group.total} first={first} />;
    },
  };
}

const sectionOf = (beside: TaskRow): TaskField[] => [{ section: beside.section }];
