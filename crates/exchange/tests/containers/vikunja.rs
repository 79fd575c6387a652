//! Vikunja.

use super::*;

fn vikunja() -> Vec<Import> {
    imports("vikunja/export.zip")
}

#[test]
fn vikunja_yields_what_was_counted_in_it() {
    for import in vikunja() {
        assert_eq!(import.source, Source::Vikunja);
        assert_eq!(import.report.version.as_deref(), Some("0.21.0"));
        assert_eq!(
            import.report.found,
            Found {
                projects: 2,
                sections: 2,
                tags: 1,
                tasks: 2,
                comments: 1,
                ..Found::default()
            }
        );
        let titles: Vec<_> = projects(&import)
            .into_iter()
            .map(|(id, project)| (id, project.title.as_str()))
            .collect();
        assert_eq!(
            titles,
            [("project:1", "Inbox"), ("project:2", "test project")]
        );
        let sections: Vec<&str> = import
            .records
            .iter()
            .filter_map(|record| match &record.values {
                Values::Section(section) => Some(section.title.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(sections, ["Test Bucket", "Backlog"]);
        let first = task(&import, "test project");
        assert_eq!(labels(&import, first), ["test"]);
        assert_eq!(first.notes, "2023-01-13:\n\nThis is a comment");
        assert_eq!(first.section.as_deref(), Some("bucket:1"));
        let other = task(&import, "some other task");
        // A date of the year one is none.
        assert_eq!((&other.due, &other.defer), (&None, &None));
        assert_eq!(other.status, TaskStatus::Pending);
        assert_eq!(other.project.as_deref(), Some("project:1"));
        // The picture has no place yet, and is named by its number.
        assert_eq!(left_out(&import), [(Homeless::EmbeddedFiles, 1)]);
        assert!(import.report.not_understood.is_empty());
    }
}
