import { type BulkEdit, type Committed, type LabelView, type Placement, type ProjectView, problemOf, type TaskField, type TasksCommand, useLife, useTasks, useTasksCommand } from "@lifeos/core";
import { useToast } from "@lifeos/design";
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { createContext, type ReactNode, useContext, useMemo } from "react";

export type NewTask = { title: string; set: TaskField[]; labels: string[]; place: Placement | null };

export type TaskActions = {
  create: (task: NewTask) => Promise<Committed | null>;
  edit: (tasks: readonly string[], edit: BulkEdit) => void;
  /** Answers whether it was saved. */
  set: (tasks: readonly string[], ...set: TaskField[]) => Promise<boolean>;
  move: (tasks: readonly string[], place: Placement, set: TaskField[]) => void;
  trash: (tasks: readonly string[]) => void;
  /** Projects, sections and labels: what is moved there is named, and comes back with one press. */
  trashRecord: (record: string, name: string) => Promise<Committed | null>;
  restoreRecord: (record: string, name: string) => void;
  /** Does what a command says, says so, and offers to take it back. */
  said: (command: TasksCommand, text: string) => Promise<Committed | null>;
  run: (command: TasksCommand) => Promise<Committed | null>;
  /** Does what a command says, and answers whether it was saved. */
  save: (command: TasksCommand) => Promise<boolean>;
};

type Shared = { projects: ReadonlyMap<string, ProjectView>; projectList: readonly ProjectView[]; labels: ReadonlyMap<string, LabelView>; labelList: readonly LabelView[]; actions: TaskActions };

const TasksContext = createContext<Shared | null>(null);

/** What every screen of tasks needs: the names of projects and labels, and what can be done. */
export function TasksProvider({ children }: { children: ReactNode }) {
  const projects = useTasks<"projects">({ type: "projects", closed: true });
  const labels = useTasks<"labels">({ type: "labels" });
  const actions = useActions();
  const value = useMemo<Shared>(() => {
    const projectList = projects.state === "ready" ? projects.view.projects : [];
    const labelList = labels.state === "ready" ? labels.view.labels : [];
    return {
      projectList,
      labelList,
      projects: new Map(projectList.map((project) => [project.id, project])),
      labels: new Map(labelList.map((label) => [label.id, label])),
      actions,
    };
  }, [projects, labels, actions]);
  return <TasksContext.Provider value={value}>{children}</TasksContext.Provider>;
}

export function useTasksShared(): Shared {
  const shared = useContext(TasksContext);
  if (!shared) throw new Error("no TasksProvider above");
  return shared;
}

export function useTaskActions(): TaskActions {
  return useTasksShared().actions;
}

function useActions(): TaskActions {
  const { t } = useLingui();
  const client = useLife();
  const send = useTasksCommand();
  const toast = useToast();
  return useMemo(() => {
    const failed = (error: unknown) => {
      const { code, detail } = problemOf(error);
      toast({
        tone: "danger",
        text:
          code === "storage" && detail === "full" ? t`Not saved: this device's storage is full. Free some space, then try again.`
          : code === "storage" && detail === "unanswered" ? t`It is not known whether this was saved: the part that keeps your data began anew. Look before you do it again.`
          : code === "storage" ? t`Not saved: this device's disk did not take it. Load the page again, then look what is there.`
          : code === "clockUnsure" ? t`Not saved: this device's clock looks wrong. Settings says how to confirm it.`
          : code === "frozen" ? t`Not saved: writing waits until the conflict in your account is resolved.`
          : code === "rejected" && (detail === "tooLarge" || detail?.endsWith("too long")) ? t`Not saved: it is too long.`
          : code === "readOnly" ? t`Not saved: you may read here, and not write.`
          : code === "rejected" ? t`That cannot be done here.`
          : t`Not saved. Nothing was changed.`,
      });
      return null;
    };
    const undo = () => void client.call({ type: "undo" }).catch(failed);
    const run = (command: TasksCommand) => send(command).catch(failed);
    const save = async (command: TasksCommand) => (await run(command)) !== null;
    const said = async (command: TasksCommand, text: string) => {
      const done = await run(command);
      if (done) toast({ text, action: { label: t`Undo`, keys: "Mod+Z", onAction: undo } });
      return done;
    };
    return {
      run,
      save,
      said,
      trashRecord: (record, name) => said({ type: "trashRecords", records: [record] }, t`“${name}” is in the trash.`),
      restoreRecord: (record, name) => void said({ type: "restoreRecords", records: [record] }, t`“${name}” is back.`),
      create: (task) => run({ type: "createTask", ...task }),
      edit: (tasks, edit) => {
        const command: TasksCommand = { type: "editTasks", tasks: [...tasks], edit };
        const count = tasks.length;
        if (edit.type === "complete") void said(command, plural(count, { one: "Done.", other: "# tasks done." }));
        else if (edit.type === "cancel") void said(command, plural(count, { one: "Cancelled.", other: "# tasks cancelled." }));
        else if (edit.type === "restore") void said(command, plural(count, { one: "Taken out of the trash.", other: "# tasks taken out of the trash." }));
        else void run(command);
      },
      set: (tasks, ...set) => save({ type: "editTasks", tasks: [...tasks], edit: { type: "set", set } }),
      move: (tasks, place, set) => void run({ type: "moveTasks", tasks: [...tasks], place, set }),
      trash: (tasks) =>
        void said({ type: "editTasks", tasks: [...tasks], edit: { type: "trash" } }, plural(tasks.length, { one: "Moved to the trash.", other: "# tasks moved to the trash." })),
    };
  }, [t, client, send, toast]);
}
