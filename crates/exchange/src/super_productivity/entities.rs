//! `{ids: […], entities: {…}}`: the form in which every model stands in the file.

use std::collections::{HashMap, HashSet};

use crate::findings::Findings;
use crate::json::{Json, Map};
use crate::place::Place;
use crate::record::ID_BYTES;
use crate::report::{Notice, Reason};

/// One entity of a model.
#[derive(Clone, Copy)]
pub(super) struct Entity<'j> {
    /// The key under which it stands, which is its id.
    pub(super) id: &'j str,
    pub(super) map: &'j Map,
}

/// Returns a model's entities in the order of `ids`, those that `ids` forgets last.
pub(super) fn entities<'j>(
    model: &'j Json,
    place: &Place<'_>,
    findings: &mut Findings,
) -> Vec<Entity<'j>> {
    let Some(model) = model.as_map() else {
        if *model != Json::Null {
            findings.not_understood(Reason::WrongType, place);
        }
        return Vec::new();
    };
    let by_id = by_id(model, place, findings);
    let mut ordered = Vec::with_capacity(by_id.len());
    let mut taken = HashSet::with_capacity(by_id.len());
    let ids_place = place.name("ids");
    let ids = match model.get("ids") {
        Some(Json::List(ids)) => ids.as_slice(),
        None | Some(Json::Null) => &[],
        Some(_) => {
            findings.not_understood(Reason::WrongType, &ids_place);
            &[]
        }
    };
    for (index, id) in ids.iter().enumerate() {
        let Some(id) = id.as_text() else {
            findings.not_understood(Reason::WrongType, &ids_place.index(index));
            continue;
        };
        match by_id.get(id) {
            None => findings.not_understood(Reason::DanglingId, &ids_place.index(index)),
            Some(_) if !taken.insert(id) => {
                findings.not_understood(Reason::DuplicateId, &ids_place.index(index));
            }
            Some(entity) => ordered.push(*entity),
        }
    }
    if ordered.len() < by_id.len() {
        let members = model.get("entities").and_then(Json::as_map);
        for (id, _) in members.into_iter().flat_map(Map::iter) {
            if let Some(entity) = by_id.get(id)
                && taken.insert(id)
            {
                findings.warn(Notice::NotInList);
                ordered.push(*entity);
            }
        }
    }
    ordered
}

fn by_id<'j>(
    model: &'j Map,
    place: &Place<'_>,
    findings: &mut Findings,
) -> HashMap<&'j str, Entity<'j>> {
    let place = place.name("entities");
    let members = match model.get("entities") {
        Some(Json::Map(members)) => members,
        None | Some(Json::Null) => return HashMap::new(),
        Some(_) => {
            findings.not_understood(Reason::WrongType, &place);
            return HashMap::new();
        }
    };
    let mut by_id = HashMap::with_capacity(members.len());
    for (id, value) in members.iter() {
        let here = place.name(id);
        match value {
            // Ids are copied to all that name them, so a long one would grow without bound.
            Json::Map(_) if id.len() > ID_BYTES => {
                findings.not_understood(Reason::TooLong, &here);
            }
            Json::Map(map) => {
                if by_id.insert(id, Entity { id, map }).is_some() {
                    findings.not_understood(Reason::DuplicateId, &here);
                }
            }
            Json::Null => {}
            _ => findings.not_understood(Reason::WrongType, &here),
        }
    }
    by_id
}
