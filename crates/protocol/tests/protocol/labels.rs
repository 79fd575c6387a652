//! The table of labels in the code and in `docs/formats.md` is one.

use std::collections::BTreeSet;

use lifeos_protocol::label;

#[test]
fn labels_are_unique_and_none_is_a_prefix_of_another() {
    for (at, left) in label::ALL.iter().enumerate() {
        for (other, right) in label::ALL.iter().enumerate() {
            let prefix = right.as_str().starts_with(left.as_str());
            assert!(
                at == other || !prefix,
                "{} begins {}",
                left.as_str(),
                right.as_str()
            );
        }
    }
}

#[test]
fn every_label_of_the_document_is_in_the_code_and_the_other_way_round() {
    let document = include_str!("../../../../docs/formats.md");
    let in_document: BTreeSet<&str> = document
        .match_indices("lifeos/")
        .map(|(at, _)| document[at..].split(['`', '"', ' ', '|']).next().unwrap())
        .filter(|text| text.ends_with("/1"))
        .collect();
    let in_code: BTreeSet<&str> = label::ALL.iter().map(|label| label.as_str()).collect();
    assert_eq!(in_document, in_code);
}
