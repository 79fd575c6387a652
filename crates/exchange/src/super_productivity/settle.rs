//! What a task is here: its days, status, list and belonging, from the task itself, its parent and
//! what stands beside the tasks.

use std::collections::{BTreeMap, HashMap, HashSet};

use lifeos_kernel::{Day, When};

use crate::LocalTime;
use crate::findings::Findings;
use crate::json::{Json, Map};
use crate::options::LAST_MOMENT_MS;
use crate::place::Place;
use crate::record::{ImportRecord, Scheduled, Task, TaskList, TaskStatus, Values};
use crate::report::{Notice, Reason};

use super::Backup;
use super::family::Family;
use super::fields;
use super::projects::{self, Draft, Home};
use super::tasks::Raw;

const MINUTE_MS: i64 = 60_000;
const NOON_MS: i64 = 12 * 60 * MINUTE_MS;
/// From this version on, the tag Today only keeps an order; the day stands with the task.
const TODAY_IS_A_DAY: f64 = 4.0;

/// Days and moments that stand beside the tasks: the planner, reminders, and "today" as it was
/// before it became a day.
#[derive(Default)]
pub(super) struct Plans<'j> {
    days: HashMap<&'j str, Day>,
    moments: HashMap<&'j str, i64>,
    /// Tasks of today, and which day that was.
    today: Option<(HashSet<&'j str>, Option<i64>)>,
}

impl<'j> Plans<'j> {
    pub(super) fn read(
        backup: &Backup<'j>,
        listed_today: &[&'j str],
        place: &Place<'_>,
        findings: &mut Findings,
    ) -> Self {
        let mut plans = Self::default();
        let planner = backup.data.get("planner").and_then(Json::as_map);
        let days = planner
            .and_then(|planner| planner.get("days"))
            .and_then(Json::as_map);
        let planner_place = place.name("planner");
        let days_place = planner_place.name("days");
        for (name, ids) in days.into_iter().flat_map(Map::iter) {
            let ids = ids
                .as_list()
                .unwrap_or_default()
                .iter()
                .filter_map(Json::as_text);
            match fields::day(name) {
                Some(day) => plans.days.extend(ids.map(|id| (id, day))),
                None => findings.not_understood(Reason::NotADay, &days_place.name(name)),
            }
        }
        let reminders = backup.data.get("reminders").and_then(Json::as_list);
        for reminder in reminders
            .unwrap_or_default()
            .iter()
            .filter_map(Json::as_map)
        {
            let is_task = reminder.get("type").and_then(Json::as_text) == Some("TASK");
            let id = reminder.get("relatedId").and_then(Json::as_text);
            let at = reminder.get("remindAt").and_then(Json::as_whole);
            if let (true, Some(id), Some(at @ 1..=LAST_MOMENT_MS)) = (is_task, id, at) {
                plans.moments.insert(id, at);
            }
        }
        if backup
            .version
            .is_none_or(|version| version < TODAY_IS_A_DAY)
        {
            let listed = listed_today.iter().copied().collect();
            plans.today = Some((listed, backup.written_at_ms));
        }
        plans
    }
}

/// Turns the file's tasks into records.
pub(super) struct Settling<'a, 'j> {
    pub(super) local: LocalTime<'a>,
    pub(super) plans: Plans<'j>,
    /// Ids of the tasks in a backlog.
    pub(super) backlog: HashSet<&'j str>,
    /// External id of the section by id of the task.
    pub(super) sections: HashMap<&'j str, String>,
    pub(super) findings: &'a mut Findings,
}

/// What a subtask takes from its parent.
#[derive(Clone)]
struct Belonging {
    project: Option<String>,
    section: Option<String>,
    list: TaskList,
    done_ms: Option<i64>,
}

impl<'j> Settling<'_, 'j> {
    /// Returns the records in the order in which they are shown, parents before subtasks.
    pub(super) fn tasks(
        &mut self,
        raws: &mut [Raw<'j>],
        family: &Family,
        drafts: &[Draft<'j>],
    ) -> Vec<ImportRecord> {
        let mut work = family.own_work(raws, self.findings);
        let mut belongings: Vec<Option<Belonging>> = vec![None; raws.len()];
        let mut records = Vec::with_capacity(raws.len());
        for number in family.order(raws, drafts) {
            let parent = family.parent(number);
            let parent_id = parent.map(|parent| external_id(raws[parent].id));
            let words = (
                std::mem::take(&mut raws[number].title),
                std::mem::take(&mut raws[number].notes),
            );
            let labels = std::mem::take(&mut raws[number].labels);
            let raw = &raws[number];
            let inherited = parent.and_then(|parent| belongings[parent].clone());
            let mut belonging = inherited.unwrap_or_else(|| self.belonging(raw));
            let status = self.status(raw, belonging.done_ms);
            if let TaskStatus::Completed { at_ms } = status {
                belonging.done_ms = at_ms;
            }
            let spent_ms = std::mem::take(&mut work[number]);
            records.push(ImportRecord {
                external_id: external_id(raw.id),
                created_ms: raw.created_ms,
                values: Values::Task(Box::new(Task {
                    notes: words.1,
                    status,
                    list: belonging.list,
                    due: self.due(raw),
                    scheduled: self.scheduled(raw),
                    deadline: self.deadline(raw),
                    urgent: raw.is_urgent,
                    important: raw.is_important,
                    estimate_minutes: estimate_minutes(raw),
                    spent_minutes: self.spent_minutes(raw, spent_ms, family.has_children(number)),
                    labels,
                    project: belonging.project.clone(),
                    section: belonging.section.clone(),
                    parent: parent_id,
                    ..Task::titled(words.0)
                })),
            });
            belongings[number] = Some(belonging);
        }
        records
    }

    fn belonging(&self, raw: &Raw<'j>) -> Belonging {
        let project = match raw.home {
            Home::Project(id) => Some(projects::external_id(id)),
            Home::Inbox | Home::Unknown => None,
        };
        let is_put_off = self.backlog.contains(raw.id) && !raw.is_done;
        Belonging {
            section: self
                .sections
                .get(raw.id)
                .filter(|_| project.is_some())
                .cloned(),
            list: match project {
                _ if is_put_off => TaskList::Someday,
                None => TaskList::Inbox,
                Some(_) => TaskList::Next,
            },
            project,
            done_ms: None,
        }
    }

    fn status(&mut self, raw: &Raw<'_>, parent_done_ms: Option<i64>) -> TaskStatus {
        if !raw.is_done {
            return if raw.is_in_progress {
                TaskStatus::InProgress
            } else {
                TaskStatus::Pending
            };
        }
        if raw.done_ms.is_some() {
            return TaskStatus::Completed { at_ms: raw.done_ms };
        }
        self.findings.warn(Notice::DoneDateInferred);
        let last_day = raw.spent_ms.keys().next_back();
        let worked_ms = last_day.map(|day| self.local.utc_ms(day.epoch_ms() + NOON_MS));
        TaskStatus::Completed {
            at_ms: worked_ms.or(parent_done_ms).or(raw.modified_ms),
        }
    }

    /// Returns the day for which a task is planned; one with a time has a block in its place.
    fn due(&mut self, raw: &Raw<'j>) -> Option<When> {
        if self.planned_ms(raw).is_some() {
            return None;
        }
        let planned = raw.due.or_else(|| self.plans.days.get(raw.id).copied());
        planned.or_else(|| self.today(raw)).map(When::Day)
    }

    fn today(&mut self, raw: &Raw<'j>) -> Option<Day> {
        let (listed, written_at_ms) = self.plans.today.as_ref()?;
        if raw.is_done || !(raw.has_today_tag || listed.contains(raw.id)) {
            return None;
        }
        let Some(at_ms) = *written_at_ms else {
            self.findings.warn(Notice::TodayUnknown);
            return None;
        };
        Some(self.local.day(at_ms))
    }

    fn scheduled(&self, raw: &Raw<'j>) -> Option<Scheduled> {
        let start = self.local.moment(self.planned_ms(raw)?);
        Some(Scheduled {
            start,
            minutes: estimate_minutes(raw),
        })
    }

    fn deadline(&self, raw: &Raw<'_>) -> Option<When> {
        let at_time = raw.deadline_ms.map(|ms| self.local.moment(ms));
        at_time.or_else(|| raw.deadline.map(When::Day))
    }

    fn planned_ms(&self, raw: &Raw<'j>) -> Option<i64> {
        let reminded = || {
            self.plans
                .moments
                .get(raw.id)
                .copied()
                .filter(|_| !raw.is_done)
        };
        raw.planned_ms.or_else(reminded)
    }

    /// Returns minutes by day. Where the file has only a sum, it stands on the day on which the
    /// task was done, or made.
    fn spent_minutes(
        &self,
        raw: &Raw<'_>,
        spent_ms: BTreeMap<Day, i64>,
        has_children: bool,
    ) -> BTreeMap<Day, u32> {
        let mut minutes: BTreeMap<Day, u32> = spent_ms
            .into_iter()
            .map(|(day, ms)| (day, whole_minutes(ms + MINUTE_MS / 2).max(1)))
            .collect();
        if raw.spent_ms.is_empty() && raw.spent_total_ms > 0 && !has_children {
            let at_ms = raw.done_ms.or(raw.created_ms).or(raw.modified_ms);
            if let Some(at_ms) = at_ms {
                minutes.insert(
                    self.local.day(at_ms),
                    whole_minutes(raw.spent_total_ms + MINUTE_MS / 2).max(1),
                );
            }
        }
        minutes
    }
}

fn external_id(id: &str) -> String {
    format!("task:{id}")
}

fn estimate_minutes(raw: &Raw<'_>) -> Option<u32> {
    Some(whole_minutes(raw.estimate_ms + MINUTE_MS - 1)).filter(|minutes| *minutes > 0)
}

fn whole_minutes(ms: i64) -> u32 {
    u32::try_from(ms / MINUTE_MS).unwrap_or(u32::MAX)
}
