//! From the projects of an export to records.

use super::{projects, tasks};
use crate::collect::Collection;
use crate::findings::About;
use crate::json::Json;
use crate::{Import, Refused};

pub(super) fn import(
    data: &Json,
    mut collection: Collection<'_>,
    about: About,
) -> Result<Import, Refused> {
    let list = data.as_list().ok_or(Refused::UnknownFormat)?;
    // Until 0.20 the list was one of namespaces, with lists in them.
    let is_older = |value: &Json| {
        let map = value.as_map();
        map.is_some_and(|map| map.get("lists").is_some() || map.get("namespace_id").is_some())
    };
    if list.iter().any(is_older) {
        return Err(Refused::OlderFormat);
    }
    let root = tasks::root();
    let c = &mut collection;
    let raws = projects::read(list, &root, c);
    projects::take_in(&raws, c)?;
    tasks::count_others(&raws, c);
    let parents = tasks::parents(&raws, c);
    tasks::take_in(&raws, &parents, c)?;
    Ok(collection.finish(about))
}
