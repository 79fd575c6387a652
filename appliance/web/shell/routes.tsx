import { InboxScreen, LabelScreen, LabelsScreen, LogbookScreen, NextScreen, ProjectScreen, ProjectsScreen, SearchScreen, SomedayScreen, SpaceScreen, TodayScreen, UpcomingScreen, WaitingScreen } from "@lifeos/tasks";
import { createRootRoute, createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { boxWords } from "./box/catalogue";
import { exportWords } from "./export/catalogue";
import { Frame } from "./frame/frame";
import { NotFound } from "./frame/not-found";
import { withWords } from "./i18n";
import { peopleWords } from "./people/catalogue";

type Search = { task?: string };

const root = createRootRoute({
  component: Frame,
  notFoundComponent: NotFound,
  validateSearch: (search): Search => (typeof search["task"] === "string" && /^[0-9a-z]{16,40}$/i.test(search["task"]) ? { task: search["task"] } : {}),
});

const index = createRoute({ getParentRoute: () => root, path: "/", beforeLoad: () => { throw redirect({ to: "/today", search: {} }); } });
const today = createRoute({ getParentRoute: () => root, path: "/today", component: TodayScreen });
const inbox = createRoute({ getParentRoute: () => root, path: "/inbox", component: InboxScreen });
const upcoming = createRoute({ getParentRoute: () => root, path: "/upcoming", component: UpcomingScreen });
const next = createRoute({ getParentRoute: () => root, path: "/next", component: NextScreen });
const waiting = createRoute({ getParentRoute: () => root, path: "/waiting", component: WaitingScreen });
const someday = createRoute({ getParentRoute: () => root, path: "/someday", component: SomedayScreen });
const logbook = createRoute({ getParentRoute: () => root, path: "/logbook", component: LogbookScreen });
const trash = createRoute({ getParentRoute: () => root, path: "/trash", component: lazyRouteComponent(() => import("./security/trash"), "TrashPage") });
const search = createRoute({ getParentRoute: () => root, path: "/search", component: SearchScreen });
const projects = createRoute({ getParentRoute: () => root, path: "/projects", component: ProjectsScreen });
const project = createRoute({
  getParentRoute: () => root,
  path: "/projects/$id",
  component: function Project() {
    const { id } = project.useParams();
    return <ProjectScreen key={id} id={id} />;
  },
});
const space = createRoute({
  getParentRoute: () => root,
  path: "/spaces/$id",
  component: function Space() {
    const { id } = space.useParams();
    return <SpaceScreen key={id} />;
  },
});
const labels = createRoute({ getParentRoute: () => root, path: "/labels", component: LabelsScreen });
const label = createRoute({
  getParentRoute: () => root,
  path: "/labels/$id",
  component: function Label() {
    const { id } = label.useParams();
    return <LabelScreen key={id} id={id} />;
  },
});
const activity = createRoute({ getParentRoute: () => root, path: "/activity", component: lazyRouteComponent(() => import("./security/activity"), "ActivityScreen") });
const setAside = createRoute({ getParentRoute: () => root, path: "/set-aside", component: lazyRouteComponent(() => import("./security/set-aside"), "SetAsideScreen") });
const forks = createRoute({ getParentRoute: () => root, path: "/forks", component: lazyRouteComponent(() => import("./security/forks"), "ForksScreen") });
const devices = createRoute({ getParentRoute: () => root, path: "/devices", component: lazyRouteComponent(() => import("./security/devices"), "DevicesScreen") });
const approve = createRoute({ getParentRoute: () => root, path: "/approve", component: lazyRouteComponent(() => import("./security/approve"), "ApproveScreen") });
const move = createRoute({ getParentRoute: () => root, path: "/move", component: lazyRouteComponent(() => import("./security/move"), "MoveScreen") });
const people = createRoute({ getParentRoute: () => root, path: "/people", component: lazyRouteComponent(() => withWords(import("./people/people"), peopleWords), "PeopleScreen") });
const settings = createRoute({ getParentRoute: () => root, path: "/settings", component: lazyRouteComponent(() => import("./settings/settings"), "SettingsScreen") });
const exporting = createRoute({ getParentRoute: () => root, path: "/export", component: lazyRouteComponent(() => withWords(import("./export/export-page"), exportWords), "ExportPage") });

const check = createRoute({ getParentRoute: () => root, path: "/check", component: lazyRouteComponent(() => withWords(import("./box/check"), boxWords), "CheckScreen") });
const boxLog = createRoute({ getParentRoute: () => root, path: "/box-log", component: lazyRouteComponent(() => withWords(import("./box/box-log"), boxWords), "BoxLogScreen") });

const helpPage = lazyRouteComponent(() => import("./help/help"), "HelpScreen");
const help = createRoute({ getParentRoute: () => root, path: "/help", component: helpPage });
const helpPlace = createRoute({ getParentRoute: () => root, path: "/help/$", component: helpPage });

export const routeTree = root.addChildren([index, today, inbox, upcoming, next, waiting, someday, logbook, trash, search, projects, project, space, labels, label, activity, setAside, forks, devices, approve, move, people, settings, exporting, check, boxLog, help, helpPlace]);
