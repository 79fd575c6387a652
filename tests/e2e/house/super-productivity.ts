/** A Super Productivity backup made up for a test, with a text of one's own in each field. */
export function backupOf(text: (field: string) => string, { projects, tags, notes, tasks }: { projects: number; tags: number; notes: number; tasks: number }): string {
  const at = 1_733_000_000_000;
  const several = <Entity extends { id: string }>(count: number, make: (number: number) => Entity) => {
    const made = Array.from({ length: count }, (_, number) => make(number + 1));
    return { ids: made.map(({ id }) => id), entities: Object.fromEntries(made.map((entity) => [entity.id, entity])) };
  };
  const projectOf = (number: number) => `project-${((number - 1) % projects) + 1}`;
  const taskModel = several(tasks, (number) => ({
    id: `task-${number}`,
    title: text(`the title of imported task ${number}`),
    notes: text(`the notes of imported task ${number}`),
    projectId: projectOf(number),
    tagIds: [`tag-${((number - 1) % tags) + 1}`],
    subTaskIds: [],
    timeSpentOnDay: {},
    timeSpent: 0,
    timeEstimate: 0,
    isDone: number % 5 === 0,
    created: at,
    attachments: number % 4 === 0 ? [{ id: `attachment-${number}`, type: "LINK", title: text(`the attachment of imported task ${number}`), path: "https://example.org/" }] : [],
  }));
  const data = {
    task: { ...taskModel, currentTaskId: null, selectedTaskId: null },
    project: several(projects, (number) => ({
      id: `project-${number}`,
      title: text(`the title of imported project ${number}`),
      taskIds: taskModel.ids.filter((_, index) => projectOf(index + 1) === `project-${number}`),
      backlogTaskIds: [],
      noteIds: [],
    })),
    tag: several(tags, (number) => ({ id: `tag-${number}`, title: text(`the title of imported tag ${number}`), taskIds: [], created: at })),
    note: { ...several(notes, (number) => ({ id: `note-${number}`, projectId: projectOf(number), content: text(`imported note ${number}`), created: at, modified: at })), todayOrder: [] },
  };
  return JSON.stringify({ timestamp: at, lastUpdate: at, crossModelVersion: 4.5, data });
}
