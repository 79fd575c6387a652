#!/usr/bin/env bash
# Makes a new area of life: a crate with one event that compiles and keeps the laws, its golden
# file, and its row in `life`. Usage: provisioning/new-domain.sh NAME (lower case, a plural noun).
set -euo pipefail

name="${1:-}"
if [[ ! "$name" =~ ^[a-z]{3,20}$ ]]; then
    echo "usage: $0 NAME (3 to 20 lowercase letters)" >&2
    exit 2
fi
cd "$(dirname "${BASH_SOURCE[0]}")/.."
crate="crates/domains/$name"
if [[ -e "$crate" ]]; then
    echo "$crate is there already" >&2
    exit 2
fi
type="${name^}"

mkdir -p "$crate/src" "$crate/tests"

cat >"$crate/Cargo.toml" <<TOML
[package]
name = "lifeos-$name"
description = "$type: one area of life."
version.workspace = true
edition.workspace = true
rust-version.workspace = true
license.workspace = true
publish.workspace = true

[lints]
workspace = true

[features]
# TypeScript types of what crosses to the page.
ts = ["dep:ts-rs", "lifeos-kernel/ts"]

[dependencies]
lifeos-kernel.workspace = true
serde.workspace = true
ts-rs = { workspace = true, optional = true }

[dev-dependencies]
lifeos-kernel = { workspace = true, features = ["laws"] }
proptest.workspace = true
TOML

cat >"$crate/src/lib.rs" <<'RUST'
//! @Type@: one area of life. Each record has a title; grow it from here.
#![forbid(unsafe_code)]

use std::collections::BTreeMap;

use lifeos_kernel::search::SearchText;
use lifeos_kernel::{
    Context, Domain, Draft, FieldName as _, FieldUndo, Fields, Reason, RecordId, Rejected, Reverted, Stamp, Stamped,
};
use serde::{Deserialize, Serialize};

const TITLE_LIMIT: usize = 2_000;

lifeos_kernel::fields! {
    /// A field of a record with its value. Names and types stand in people's logs.
    pub enum @Type@Field, @Type@Key in "@name@.ts" {
        /// Its name.
        Title(String) = 1,
    }
}

/// The domain.
#[derive(Debug, Clone, Copy)]
pub struct @Type@;

/// What can happen. Released shapes are read for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum @Type@Event {
    /// Fields of a record were set.
    Edited {
        /// The fields.
        set: Vec<@Type@Field>,
    },
}

/// What the events add up to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct @Type@State {
    records: BTreeMap<RecordId, Fields<@Type@Field>>,
}

lifeos_kernel::pack_struct!(@Type@State { records });

/// A command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "@name@.ts"))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum @Type@Command {
    /// Makes a record.
    Create {
        /// Its name; not empty.
        title: String,
    },
    /// Sets fields.
    Edit {
        /// The record.
        record: RecordId,
        /// The fields.
        set: Vec<@Type@Field>,
    },
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "@name@.ts"))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum @Type@Query {
    /// All records, by name.
    List,
}

/// A record as a line of a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "@name@.ts"))]
#[serde(rename_all = "camelCase")]
pub struct @Type@Row {
    /// Its name.
    pub title: String,
    /// The record.
    pub id: RecordId,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "@name@.ts"))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum @Type@View {
    /// All records, by name.
    List {
        /// The records.
        rows: Vec<@Type@Row>,
    },
}

/// How to take an event back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct @Type@Reversal {
    undo: Vec<FieldUndo<@Type@Field>>,
}

/// One line of a record's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "@name@.ts"))]
#[serde(rename_all = "camelCase")]
pub struct @Type@Change {
    /// As it was.
    pub before: @Type@Field,
    /// As it became.
    pub after: @Type@Field,
}

impl @Type@State {
    fn fields(&self, record: RecordId) -> Fields<@Type@Field> {
        self.records.get(&record).cloned().unwrap_or_default()
    }

    fn title(&self, record: RecordId) -> Option<&str> {
        match self.records.get(&record)?.get(@Type@Key::Title) {
            Some(@Type@Field::Title(title)) if !title.is_empty() => Some(title),
            _ => None,
        }
    }
}

impl Domain for @Type@ {
    const NAME: &'static str = "@name@";
    const VERSION: u16 = 1;
    const KINDS: &'static [&'static str] = &["edited"];

    type Event = @Type@Event;
    type State = @Type@State;
    type Command = @Type@Command;
    type Query = @Type@Query;
    type View = @Type@View;
    type Reversal = @Type@Reversal;
    type Change = @Type@Change;

    fn decide(
        state: &@Type@State,
        command: @Type@Command,
        context: &Context,
    ) -> Result<Vec<Draft<@Type@Event>>, Rejected> {
        let (record, set) = match command {
            @Type@Command::Create { title } => (context.ids().record(), vec![@Type@Field::Title(title)]),
            @Type@Command::Edit { record, set } => {
                state.title(record).ok_or(Rejected::new(Reason::Missing).record(record))?;
                (record, set)
            }
        };
        for field in &set {
            let @Type@Field::Title(title) = field;
            if title.trim().is_empty() {
                return Err(Rejected::new(Reason::Empty).field("title"));
            }
            if title.len() > TITLE_LIMIT {
                return Err(Rejected::new(Reason::TooLong).field("title"));
            }
        }
        if set.len() > 1 {
            return Err(Rejected::new(Reason::NotAllowed));
        }
        let fields = state.fields(record);
        Ok(edited(record, set.into_iter().filter(|field| !fields.holds(field)).collect(), context))
    }

    fn apply(state: &mut @Type@State, event: Stamped<@Type@Event>) {
        let @Type@Event::Edited { set } = event.event;
        let fields = state.records.entry(event.record).or_default();
        for field in set {
            fields.set(field, event.stamp);
        }
    }

    fn query(state: &@Type@State, query: @Type@Query, _context: &Context) -> @Type@View {
        let @Type@Query::List = query;
        let row = |id: &RecordId| Some(@Type@Row { title: state.title(*id)?.to_owned(), id: *id });
        let mut rows: Vec<@Type@Row> = state.records.keys().filter_map(row).collect();
        rows.sort();
        @Type@View::List { rows }
    }

    fn forget(state: &mut @Type@State, record: RecordId) {
        state.records.remove(&record);
    }

    fn extract(state: &@Type@State, record: RecordId) -> @Type@State {
        let fields = state.records.get(&record).cloned();
        @Type@State { records: fields.map(|fields| (record, fields)).into_iter().collect() }
    }

    fn capture(state: &@Type@State, event: &Stamped<@Type@Event>) -> @Type@Reversal {
        let @Type@Event::Edited { set } = &event.event;
        @Type@Reversal { undo: state.fields(event.record).capture(set, event.stamp) }
    }

    fn revert(
        state: &@Type@State,
        record: RecordId,
        reversal: &@Type@Reversal,
        context: &Context,
    ) -> Reverted<@Type@Event> {
        let (set, kept) = state.fields(record).revert(&reversal.undo);
        let kept = kept.into_iter().map(|key| (record, key.name())).collect();
        Reverted { events: edited(record, set, context), kept }
    }

    fn restore(
        state: &@Type@State,
        then: &@Type@State,
        record: RecordId,
        context: &Context,
    ) -> Vec<Draft<@Type@Event>> {
        edited(record, state.fields(record).towards(&then.fields(record)), context)
    }

    fn describe(before: &@Type@State, after: &@Type@State, record: RecordId) -> Vec<@Type@Change> {
        let changed = before.fields(record).changes(&after.fields(record));
        changed.into_iter().map(|(before, after)| @Type@Change { before, after }).collect()
    }

    fn search_text(state: &@Type@State, record: RecordId) -> Option<SearchText> {
        Some(SearchText { title: state.title(record)?.to_owned(), body: String::new() })
    }

    fn records(state: &@Type@State) -> Vec<RecordId> {
        state.records.keys().copied().collect()
    }

    fn meets(state: &@Type@State, event: &Stamped<@Type@Event>) -> Vec<(String, Stamp)> {
        let @Type@Event::Edited { set } = &event.event;
        state.fields(event.record).meets(set, event.stamp)
    }
}

fn edited(record: RecordId, set: Vec<@Type@Field>, context: &Context) -> Vec<Draft<@Type@Event>> {
    if set.is_empty() {
        return Vec::new();
    }
    let at_ms = i64::try_from(context.now_ms).unwrap_or(i64::MAX);
    vec![Draft { record, at_ms, event: @Type@Event::Edited { set } }]
}
RUST

cat >"$crate/tests/laws.rs" <<'RUST'
//! The kernel's laws over @name@.

use lifeos_@name@::{@Type@, @Type@Command, @Type@Event, @Type@Field, @Type@Query, @Type@State, @Type@View};
use lifeos_kernel::laws::{record, stamped};
use lifeos_kernel::{Context, Domain, RecordId, Stamped};
use proptest::prelude::*;

fn field() -> impl Strategy<Value = @Type@Field> {
    "[a-z]{0,6}".prop_map(@Type@Field::Title)
}

fn events() -> impl Strategy<Value = Vec<(RecordId, i64, @Type@Event)>> {
    let set = prop::collection::vec(field(), 0..3).prop_map(|set| @Type@Event::Edited { set });
    prop::collection::vec(((1_u8..4).prop_map(record), -9_i64..9, set), 0..30)
}

fn command() -> impl Strategy<Value = @Type@Command> {
    prop_oneof![
        "[a-z]{0,6}".prop_map(|title| @Type@Command::Create { title }),
        ((1_u8..4).prop_map(record), prop::collection::vec(field(), 0..2))
            .prop_map(|(record, set)| @Type@Command::Edit { record, set }),
    ]
}

fn views(state: &@Type@State, context: &Context) -> Vec<@Type@View> {
    vec![@Type@::query(state, @Type@Query::List, context)]
}

fn golden() -> Vec<Stamped<@Type@Event>> {
    let set = vec![@Type@Field::Title("the first of them".to_owned())];
    stamped(vec![(record(1), 1_795_262_400_000, @Type@Event::Edited { set })])
}

lifeos_kernel::laws! {
    domain: @Type@,
    events: events(),
    commands: command(),
    views: views,
    golden: golden(),
}
RUST
sed -i "s/@Type@/$type/g; s/@name@/$name/g" "$crate/src/lib.rs" "$crate/tests/laws.rs"

# Its row in the workspace and in `life`: each is put in after the row of the profile.
insert_after() { # file, line to find (fixed, whole or beginning), new text
    python3 - "$@" <<'PYTHON'
import sys

path, mark, text = sys.argv[1:]
lines = open(path, encoding="utf-8").read().split("\n")
places = [at for at, line in enumerate(lines) if line.strip().startswith(mark)]
if len(places) != 1:
    sys.exit(f"{path}: expected one line that begins with {mark!r}, found {len(places)}")
lines.insert(places[0] + 1, text)
open(path, "w", encoding="utf-8").write("\n".join(lines))
PYTHON
}
insert_after Cargo.toml 'lifeos-profile = {' "lifeos-$name = { path = \"crates/domains/$name\" }"
insert_after crates/life/Cargo.toml 'lifeos-profile.workspace' "lifeos-$name.workspace = true"
sed -i "s|\"lifeos-profile/ts\"|\"lifeos-profile/ts\", \"lifeos-$name/ts\"|" crates/life/Cargo.toml
insert_after crates/life/src/domains.rs 'use lifeos_profile::' "use lifeos_$name::{$type, ${type}Change};"
insert_after crates/life/src/domains.rs 'Profile(Profile, ProfileChange)' "    /// $type.
    $type($type, ${type}Change) = $name;"

cargo fmt -p "lifeos-$name" -p lifeos-life
LIFEOS_WRITE_GOLDEN=1 cargo test --quiet -p "lifeos-$name"
cargo check --quiet -p lifeos-life

cat <<DONE
$crate is there and keeps the laws. Next: docs/guides/adding-a-domain.md from step 2.
The way of folding changed: raise FOLD_VERSION in crates/life/src/snapshot.rs with the release.
DONE
