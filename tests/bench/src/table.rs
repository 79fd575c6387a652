//! Rows, as a table for people and as JSON for what compares runs.

use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;

/// One measured thing, beside its baseline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Row {
    pub(crate) row: String,
    pub(crate) unit: &'static str,
    pub(crate) ours: f64,
    pub(crate) baseline: f64,
    pub(crate) ratio: f64,
    pub(crate) target: String,
    pub(crate) holds: bool,
    /// What the baseline is and how often it was measured; for the table alone.
    #[serde(skip)]
    pub(crate) note: String,
}

/// What a row is held to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Target {
    /// Ours, in the row's unit.
    AtMost(f64),
    /// Ours, as a multiple of the baseline.
    Times(f64),
    /// Ours, as a part of the baseline that it must reach: a rate.
    Share(f64),
    /// Nothing: the figure is told, and judged by whoever reads it.
    Told,
}

impl Row {
    pub(crate) fn new(
        row: impl Into<String>,
        unit: &'static str,
        (ours, baseline): (f64, f64),
        target: Target,
        note: impl Into<String>,
    ) -> Self {
        let ratio = ours / baseline;
        let (target, holds) = match target {
            Target::AtMost(most) => (format!("≤ {most} {unit}"), ours <= most),
            Target::Times(most) => (format!("≤ {most} × baseline"), ratio <= most),
            Target::Share(least) => (format!("≥ {least} × baseline"), ratio >= least),
            Target::Told => ("told".to_owned(), true),
        };
        Self {
            row: row.into(),
            unit,
            ours: rounded(ours),
            baseline: rounded(baseline),
            ratio: rounded(ratio),
            target,
            holds,
            note: note.into(),
        }
    }
}

/// Four significant places say all that a run knows.
fn rounded(value: f64) -> f64 {
    if value == 0.0 {
        return 0.0;
    }
    let places = 3 - value.abs().log10().floor() as i32;
    let scale = 10_f64.powi(places.max(0));
    (value * scale).round() / scale
}

/// The value in the middle.
pub(crate) fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

/// The value below which 95 of 100 lie.
pub(crate) fn p95(values: &[f64]) -> f64 {
    quantile(values, 0.95)
}

fn quantile(values: &[f64], part: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = (sorted.len() as f64 * part).ceil() as usize;
    sorted[at.clamp(1, sorted.len()) - 1]
}

/// Draws the table.
pub(crate) fn drawn(rows: &[Row]) -> String {
    let mut text = String::from(
        "| row | unit | ours | baseline | ratio | target | holds | baseline, and how often |\n\
         | --- | --- | ---: | ---: | ---: | --- | --- | --- |\n",
    );
    for row in rows {
        let Row {
            row,
            unit,
            ours,
            baseline,
            ratio,
            target,
            holds,
            note,
        } = row;
        let holds = if *holds { "yes" } else { "**no**" };
        writeln!(
            text,
            "| {row} | {unit} | {ours} | {baseline} | {ratio} | {target} | {holds} | {note} |"
        )
        .unwrap();
    }
    text
}

/// Writes what was measured as JSON, for what compares runs.
pub(crate) fn write(measured: &impl Serialize, file: &Path) {
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    let text = serde_json::to_string_pretty(measured).unwrap() + "\n";
    std::fs::write(file, text).unwrap();
    println!("written to {}", file.display());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_and_the_95th_are_values_that_were_measured() {
        let values: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!((median(&values), p95(&values)), (50.0, 95.0));
        assert_eq!((median(&[3.0]), p95(&[3.0])), (3.0, 3.0));
        assert_eq!(median(&[9.0, 1.0, 5.0]), 5.0);
    }

    #[test]
    fn a_row_holds_by_its_own_figure_or_by_its_ratio() {
        let row = |target| Row::new("row", "ms", (30.0, 10.0), target, "");
        assert!(row(Target::AtMost(30.0)).holds);
        assert!(!row(Target::AtMost(29.0)).holds);
        assert!(row(Target::Times(3.0)).holds);
        assert!(!row(Target::Times(2.9)).holds);
        assert!(row(Target::Share(3.0)).holds);
        assert!(!row(Target::Share(3.1)).holds);
        assert!(row(Target::Told).holds);
    }

    #[test]
    fn the_json_has_the_fields_that_were_agreed_on_and_no_other() {
        let row = Row::new("row", "ms", (1.0, 3.0), Target::Times(2.0), "a note");
        assert_eq!(
            serde_json::to_string(&[row]).unwrap(),
            r#"[{"row":"row","unit":"ms","ours":1.0,"baseline":3.0,"ratio":0.3333,"target":"≤ 2 × baseline","holds":true}]"#
        );
    }
}
