//! Full-text search: folding of case and diacritics, and an index in memory that follows every
//! change.

use std::collections::{BTreeMap, HashMap};

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::id::RecordId;

/// What a record is found by: the texts that matter most first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchText {
    /// The name of the thing.
    pub title: String,
    /// Everything else that was written about it.
    pub body: String,
}

/// A record that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// The record.
    pub record: RecordId,
    /// How well it fits; greater is better.
    pub score: u32,
}

/// Returns the words of a text, folded: compatibility forms taken apart, marks dropped, lower
/// case, `ß` as `ss`, `ø`, `đ`, `ł`, `æ` and their like as their base letters.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut take = |letter: char, word: &mut String| {
        if letter.is_alphanumeric() {
            fold_letter(letter, word);
        } else if !is_combining_mark(letter) && !matches!(letter, '\'' | '’') && !word.is_empty()
        {
            words.push(core::mem::take(word));
        }
    };
    if text.is_ascii() {
        text.chars().for_each(|letter| take(letter, &mut word));
    } else {
        text.nfkd().for_each(|letter| take(letter, &mut word));
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn fold_letter(letter: char, word: &mut String) {
    if letter.is_ascii() {
        word.push(letter.to_ascii_lowercase());
        return;
    }
    match letter {
        'ß' | 'ẞ' => word.push_str("ss"),
        'ø' | 'Ø' => word.push('o'),
        'đ' | 'Đ' | 'ð' | 'Ð' => word.push('d'),
        'ł' | 'Ł' => word.push('l'),
        'ı' => word.push('i'),
        'æ' | 'Æ' => word.push_str("ae"),
        'œ' | 'Œ' => word.push_str("oe"),
        'þ' | 'Þ' => word.push_str("th"),
        'ς' => word.push('σ'),
        _ => word.extend(letter.to_lowercase()),
    }
}

const TITLE_WEIGHT: u32 = 8;
const BODY_WEIGHT: u32 = 1;

/// An inverted index over the words of records. Postings of replaced texts are left behind and
/// skipped; once they outweigh the living, the index rebuilds itself from what it holds.
#[derive(Debug, Clone, Default)]
pub struct SearchIndex {
    postings: BTreeMap<Box<str>, Vec<Posting>>,
    documents: Vec<Option<RecordId>>,
    places: HashMap<RecordId, u32>,
    dead: usize,
}

#[derive(Debug, Clone, Copy)]
struct Posting {
    document: u32,
    weight: u8,
}

impl SearchIndex {
    /// Puts in a record's text, in place of what was there.
    pub fn put(&mut self, record: RecordId, text: &SearchText) {
        self.remove(record);
        let document = u32::try_from(self.documents.len())
            .expect("fewer than 2^32 texts are ever indexed at once");
        let mut weights: HashMap<String, u32> = HashMap::new();
        for word in words(&text.title) {
            *weights.entry(word).or_default() += TITLE_WEIGHT;
        }
        for word in words(&text.body) {
            *weights.entry(word).or_default() += BODY_WEIGHT;
        }
        if weights.is_empty() {
            return;
        }
        for (word, weight) in weights {
            let posting = Posting {
                document,
                weight: weight.min(255) as u8,
            };
            match self.postings.get_mut(word.as_str()) {
                Some(list) => list.push(posting),
                None => {
                    self.postings.insert(word.into_boxed_str(), vec![posting]);
                }
            }
        }
        self.documents.push(Some(record));
        self.places.insert(record, document);
    }

    /// Takes a record out.
    pub fn remove(&mut self, record: RecordId) {
        if let Some(document) = self.places.remove(&record) {
            self.documents[document as usize] = None;
            self.dead += 1;
            if self.dead > 1_024 && self.dead > self.places.len() {
                self.sweep();
            }
        }
    }

    /// Returns the records that hold every word of the query (each word as the beginning of one
    /// of theirs), best first, then by id.
    #[must_use]
    pub fn find(&self, query: &str) -> Vec<Hit> {
        let mut wanted = words(query);
        wanted.sort_by_key(|word| core::cmp::Reverse(word.len()));
        wanted.dedup();
        let mut scores: Option<HashMap<u32, u32>> = None;
        for word in &wanted {
            let mut found: HashMap<u32, u32> = HashMap::new();
            let from_word = (
                core::ops::Bound::Included(word.as_str()),
                core::ops::Bound::Unbounded,
            );
            for (term, postings) in self.postings.range::<str, _>(from_word) {
                if !term.starts_with(word.as_str()) {
                    break;
                }
                // A whole word weighs twice what a beginning does.
                let factor = if term.len() == word.len() { 2 } else { 1 };
                for posting in postings {
                    if scores
                        .as_ref()
                        .is_none_or(|scores| scores.contains_key(&posting.document))
                    {
                        let score = found.entry(posting.document).or_default();
                        *score = (*score).max(u32::from(posting.weight) * factor);
                    }
                }
            }
            if let Some(before) = &scores {
                for (document, score) in &mut found {
                    *score += before.get(document).copied().unwrap_or(0);
                }
            }
            scores = Some(found);
        }
        let mut hits: Vec<Hit> = scores
            .unwrap_or_default()
            .into_iter()
            .filter_map(|(document, score)| {
                self.documents[document as usize].map(|record| Hit { record, score })
            })
            .collect();
        hits.sort_unstable_by(|a, b| b.score.cmp(&a.score).then(a.record.cmp(&b.record)));
        hits
    }

    /// Returns how many records are in.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Tells whether nothing is in.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Drops what was left behind and numbers the rest anew.
    fn sweep(&mut self) {
        let mut moved: Vec<Option<u32>> = Vec::with_capacity(self.documents.len());
        let mut documents = Vec::with_capacity(self.places.len());
        for record in &self.documents {
            moved.push(record.map(|record| {
                let place = documents.len() as u32;
                documents.push(Some(record));
                self.places.insert(record, place);
                place
            }));
        }
        self.documents = documents;
        self.postings.retain(|_, list| {
            list.retain_mut(|posting| match moved[posting.document as usize] {
                Some(place) => {
                    posting.document = place;
                    true
                }
                None => false,
            });
            !list.is_empty()
        });
        self.dead = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u32) -> RecordId {
        RecordId::from_parts(u64::from(number), [0; 10])
    }

    fn text(title: &str, body: &str) -> SearchText {
        SearchText {
            title: title.to_owned(),
            body: body.to_owned(),
        }
    }

    fn found(index: &SearchIndex, query: &str) -> Vec<RecordId> {
        index
            .find(query)
            .into_iter()
            .map(|hit| hit.record)
            .collect()
    }

    #[test]
    fn case_and_diacritics_do_not_matter() {
        assert_eq!(
            words("Crème-Brûlée, STRASSE Straße ŁÓDŹ ёлка Ｆｕｌｌ don’t"),
            [
                "creme", "brulee", "strasse", "strasse", "lodz", "елка", "full", "dont"
            ]
        );
    }

    #[test]
    fn every_word_must_begin_a_word_and_titles_come_first() {
        let mut index = SearchIndex::default();
        index.put(id(1), &text("Call the plumber", "about the water heater"));
        index.put(id(2), &text("Water the plants", ""));
        index.put(id(3), &text("Heat", "unrelated"));
        assert_eq!(found(&index, "wat"), [id(2), id(1)]);
        assert_eq!(found(&index, "wat heat"), [id(1)]);
        assert_eq!(found(&index, "heat"), [id(3), id(1)]);
        assert_eq!(found(&index, "ater"), []);
        assert_eq!(found(&index, "  "), []);
    }

    #[test]
    fn a_replaced_text_is_not_found_any_more_even_after_sweeping() {
        let mut index = SearchIndex::default();
        for round in 0..5_000 {
            index.put(id(1), &text(&format!("round{round}"), ""));
            index.put(id(round + 10), &text("other", ""));
            index.remove(id(round + 10));
        }
        assert_eq!(found(&index, "round"), [id(1)]);
        assert_eq!(found(&index, "round4999"), [id(1)]);
        assert_eq!(found(&index, "round4998"), []);
        assert_eq!(found(&index, "other"), []);
        assert!(
            index.documents.len() < 5_000,
            "what was left behind is swept"
        );
    }
}
