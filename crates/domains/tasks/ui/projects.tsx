import { type ProjectStatus, useNavigation, useTasks } from "@lifeos/core";
import { ActionMenu, Button, EditableText, IconButton, LabelDot, Link, Pill, Select } from "@lifeos/design";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useTaskActions } from "./context";
import { ScopeList } from "./lists";
import { NewProject } from "./new-project";
import { Notes } from "./notes";
import { useQuickAdd } from "./quick-add";
import { Empty, ListFace, ScreenHead, SectionHead } from "./screen";
import { useTaskWords } from "./words";

export function ProjectsScreen() {
  const { t } = useLingui();
  const live = useTasks<"projects">({ type: "projects", closed: true });
  const [isMaking, setMaking] = useState(false);
  const words = useTaskWords();
  const head = <ScreenHead title={t`Projects`} actions={<Button icon="plus" onPress={() => setMaking(true)}>{t`New project`}</Button>} />;
  if (live.state !== "ready") return <ListFace state={live} head={head} />;
  const open = live.view.projects.filter((project) => project.status === "active" || project.status === "paused");
  const closed = live.view.projects.filter((project) => project.status === "completed" || project.status === "cancelled");
  const areas = [...new Set(open.map((project) => project.area))].toSorted((a, b) => Number(a === "") - Number(b === "") || a.localeCompare(b));
  const rows = (list: typeof open) => (
    <ul>
      {list.map((project) => (
        <li key={project.id}>
          <Link plain href={`/projects/${project.id}`} className="flex min-h-(--row) flex-wrap items-center gap-x-3 rounded-sm px-2 -mx-2 hovered:bg-hover">
            <LabelDot ink={project.colour} />
            <span className="min-w-0 flex-1 truncate">{project.title}</span>
            {project.needsNextAction && <Pill tone="attention">{t`No next step`}</Pill>}
            {project.reviewDue && <Pill>{t`Review`}</Pill>}
            {project.status !== "active" && <span className="text-small text-ink-3">{words.projectStatus[project.status]}</span>}
            <span className="figures w-14 text-right text-small text-ink-3">{project.tasks.done}/{project.tasks.total}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
  return (
    <div className="quiet-scroll h-full">
      <div className="column">
      {head}
      <div className="flex flex-col gap-6 px-4 pb-20 sm:pl-[calc(var(--margin)+0.75rem)]">
        {areas.map((area) => (
          <section key={area} aria-label={area || t`Without an area`}>
            {(areas.length > 1 || area !== "") && <SectionHead>{area || t`Without an area`}</SectionHead>}
            {rows(open.filter((project) => project.area === area))}
          </section>
        ))}
        {closed.length > 0 && <section aria-label={t`Closed`}><SectionHead count={closed.length}>{t`Closed`}</SectionHead>{rows(closed)}</section>}
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
  const actions = useTaskActions();
  const quickAdd = useQuickAdd();
  const { go } = useNavigation();
  const words = useTaskWords();
  const [showsClosed, setShowsClosed] = useState(false);
  if (live.state !== "ready") return <ListFace state={live} head={<ScreenHead title="…" />} />;
  const detail = live.view.project;
  if (!detail) return <div><ScreenHead title={t`Project`} /><Empty title={t`This project is not here`}><p><Trans>It was erased, or is on its way from another device.</Trans></p></Empty></div>;
  const { project } = detail;
  const edit = (set: Parameters<typeof actions.run>[0] & { type: "editProject" }) => void actions.run(set);
  return (
    <ScopeList
      scope={{ type: "project", project: id, closed: showsClosed }}
      grouping={detail.sections.length > 0 ? "section" : "none"}
      title={project.title}
      hides={{ project: true }}
      isOrdered
      head={
        <ScreenHead
          title={
            <span className="flex items-center gap-3">
              <LabelDot ink={project.colour} />
              <EditableText label={t`Name`} value={project.title} required onCommit={(title) => edit({ type: "editProject", project: id, set: [{ title }] })} />
            </span>
          }
          actions={
            <>
              <IconButton icon="plus" label={t`New task in this project`} keys="q" onPress={() => quickAdd.open({ project: id })} />
              <ActionMenu
                label={t`More for this project`}
                actions={[
                  { id: "section", label: t`New section`, icon: "plus", onAction: () => void actions.run({ type: "createSection", project: id, title: t`New section` }) },
                  { id: "closed", label: showsClosed ? t`Hide what is done` : t`Show what is done`, icon: "check", onAction: () => setShowsClosed(!showsClosed) },
                  null,
                  { id: "trash", label: t`Move to the trash`, icon: "trash", tone: "danger", onAction: () => void actions.run({ type: "trashRecords", records: [id] }).then(() => go("/projects")) },
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
          <div className="flex max-w-xl flex-col gap-1 pt-3">
            <EditableText label={t`Goal`} placeholder={t`What will be true when it is done?`} value={project.goal} onCommit={(goal) => edit({ type: "editProject", project: id, set: [{ goal }] })} className="text-lead text-ink-2" />
            <Notes label={t`Notes`} value={detail.notes} onCommit={(notes) => edit({ type: "editProject", project: id, set: [{ notes }] })} />
          </div>
          {detail.sections.length > 0 && (
            <ul aria-label={t`Sections`} className="flex flex-wrap gap-x-4 pt-3 text-small text-ink-3">
              {detail.sections.map((section) => (
                <li key={section.id} className="flex items-center gap-1">
                  <EditableText label={t`Name of the section`} value={section.title} required onCommit={(title) => void actions.run({ type: "editSection", section: section.id, set: [{ title }] })} className="field-sizing-content w-auto! text-ink-2" />
                  <ActionMenu
                    label={t`More for ${section.title}`}
                    actions={[
                      { id: "add", label: t`New task here`, icon: "plus", onAction: () => quickAdd.open({ project: id, section: section.id }) },
                      { id: "first", label: t`Move to the front`, icon: "up", onAction: () => void actions.run({ type: "moveSection", section: section.id, place: { type: "first" } }) },
                      { id: "trash", label: t`Move to the trash`, icon: "trash", tone: "danger", onAction: () => void actions.run({ type: "trashRecords", records: [section.id] }) },
                    ]}
                  />
                </li>
              ))}
            </ul>
          )}
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
