import { lazyWhenIdle } from "@lifeos/design";

export { TasksProvider, useTasksShared } from "./context";
export { useFieldWords } from "./field-words";
export { useRecordName } from "./record-name";
export { InboxScreen, LogbookScreen, NextScreen, SomedayScreen, UpcomingScreen, WaitingScreen } from "./lists";
export { type Place, PlaceLink, RailHead, TaskPlaces, useTaskArchive, useTaskPlaces } from "./places";
export { PrintOpener, usePrint } from "./print-offer";
export { QuickAddProvider, useQuickAdd } from "./quick-add";
export { TodayScreen } from "./today";

// What the first page does not show is fetched when the page has nothing to do.
export const TaskDetail = lazyWhenIdle(async () => ({ default: (await import("./detail")).TaskDetail }));
export const LabelScreen = lazyWhenIdle(async () => ({ default: (await import("./labels")).LabelScreen }));
export const LabelsScreen = lazyWhenIdle(async () => ({ default: (await import("./labels")).LabelsScreen }));
export const ProjectScreen = lazyWhenIdle(async () => ({ default: (await import("./projects")).ProjectScreen }));
export const ProjectsScreen = lazyWhenIdle(async () => ({ default: (await import("./projects")).ProjectsScreen }));
export const HistoryDialog = lazyWhenIdle(async () => ({ default: (await import("./history-dialog")).HistoryDialog }));
export const SpaceScreen = lazyWhenIdle(async () => ({ default: (await import("./space")).SpaceScreen }));
export const TrashScreen = lazyWhenIdle(async () => ({ default: (await import("./trash")).TrashScreen }));
export const SearchScreen = lazyWhenIdle(async () => ({ default: (await import("./search")).SearchScreen }));
