//! A list that the box gives a page at a time: gathered, so that whoever asked has one answer.

use serde_json::{Map, Value};

use super::super::effect::{HttpFailure, HttpResponse};

/// Pages of one list at most: a box that never ends is not followed for ever.
const MOST: usize = 64;

/// What was gathered of a list.
pub(crate) struct Pages {
    /// Without `after`.
    path: String,
    asked: usize,
    gathered: Map<String, Value>,
}

/// What an answer makes of the list.
pub(super) enum Gathered {
    /// Another page is to be asked for.
    Ask(String),
    /// The whole list as one answer, or what came in its place.
    Whole(Result<HttpResponse, HttpFailure>),
}

impl Pages {
    pub(super) fn of(path: String) -> Self {
        Self {
            path,
            asked: 1,
            gathered: Map::new(),
        }
    }

    /// Takes the next answer. One that is no page is passed on as it came.
    pub(super) fn take(&mut self, result: Result<HttpResponse, HttpFailure>) -> Gathered {
        let mut response = match result {
            Ok(response) if (200..300).contains(&response.status) => response,
            other => return Gathered::Whole(other),
        };
        let Ok(Value::Object(mut page)) = serde_json::from_slice(&response.body) else {
            return Gathered::Whole(Ok(response));
        };
        let next = match page.remove("next") {
            Some(Value::String(next)) if is_cursor(&next) => Some(next),
            Some(Value::Null) | None => None,
            Some(_) => return no_list(response),
        };
        for (name, value) in page {
            match (self.gathered.get_mut(&name), value) {
                (Some(Value::Array(before)), Value::Array(more)) => before.extend(more),
                (_, value) => {
                    self.gathered.insert(name, value);
                }
            }
        }
        let Some(next) = next else {
            response.body = serde_json::to_vec(&self.gathered).expect("what was read is written");
            return Gathered::Whole(Ok(response));
        };
        if self.asked == MOST {
            return no_list(response);
        }
        self.asked += 1;
        let sign = if self.path.contains('?') { '&' } else { '?' };
        Gathered::Ask(format!("{}{sign}after={next}", self.path))
    }
}

/// An answer that is no list, whatever it says, so that half of one is never taken for all of it.
fn no_list(mut response: HttpResponse) -> Gathered {
    response.body.clear();
    Gathered::Whole(Ok(response))
}

/// Whether a cursor goes into an address as it is.
fn is_cursor(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;

    fn page(body: &str) -> Result<HttpResponse, HttpFailure> {
        Ok(HttpResponse {
            status: 200,
            body: body.into(),
        })
    }

    fn asked(gathered: Gathered) -> String {
        match gathered {
            Gathered::Ask(path) => path,
            Gathered::Whole(_) => panic!("another page was to be asked for"),
        }
    }

    fn whole(gathered: Gathered) -> String {
        match gathered {
            Gathered::Whole(result) => String::from_utf8(result.unwrap().body).unwrap(),
            Gathered::Ask(path) => panic!("asked for {path}"),
        }
    }

    #[test]
    fn pages_come_as_one_list_in_their_order() {
        let mut pages = Pages::of("/list?of=it".into());
        let first = pages.take(page(r#"{"a":[1,2],"b":["x"],"next":"2.x"}"#));
        assert_eq!(asked(first), "/list?of=it&after=2.x");
        let second = pages.take(page(r#"{"a":[3],"b":[],"next":"3.x"}"#));
        assert_eq!(asked(second), "/list?of=it&after=3.x");
        let last = pages.take(page(r#"{"a":[],"b":["y"],"next":null}"#));
        assert_eq!(whole(last), r#"{"a":[1,2,3],"b":["x","y"]}"#);
    }

    #[test]
    fn half_a_list_is_never_taken_for_all_of_it() {
        for next in ["7", r#""""#, r#""a b""#, r#""a&limit=0""#, r##""#""##, "[]"] {
            let mut pages = Pages::of("/list".into());
            let odd = pages.take(page(&format!(r#"{{"a":[1],"next":{next}}}"#)));
            assert_eq!(whole(odd), "", "{next}");
        }
        let mut pages = Pages::of("/list".into());
        pages.take(page(r#"{"a":[1],"next":"1"}"#));
        let refused = pages.take(Ok(HttpResponse {
            status: 429,
            body: b"wait".to_vec(),
        }));
        assert_eq!(whole(refused), "wait");
    }

    #[test]
    fn a_list_without_end_is_not_followed_for_ever() {
        let mut pages = Pages::of("/list".into());
        let mut asked = 1;
        let end = loop {
            match pages.take(page(r#"{"a":[1],"next":"1"}"#)) {
                Gathered::Ask(_) => asked += 1,
                end @ Gathered::Whole(_) => break end,
            }
        };
        assert_eq!((asked, whole(end).as_str()), (MOST, ""));
    }
}
