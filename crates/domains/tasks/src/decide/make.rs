//! New projects, sections and labels.

use lifeos_kernel::{Reason, RecordId, Rejected, sort_fields};

use super::{Deciding, present, validate};
use crate::event::TasksEvent;
use crate::fields::{LabelField, ProjectField, SectionField};

impl Deciding<'_> {
    pub(super) fn create_project(
        &mut self,
        title: String,
        set: Vec<ProjectField>,
    ) -> Result<(), Rejected> {
        let mut set = validate::project(set)?;
        if set
            .iter()
            .any(|field| matches!(field, ProjectField::Title(_)))
        {
            return Err(Rejected::new(Reason::NotAllowed).field("title"));
        }
        set.push(ProjectField::Title(validate::title(title)?));
        let record = self.ids.record();
        set.push(ProjectField::Order(self.last_key(&self.state.projects)));
        sort_fields(&mut set);
        self.push(record, TasksEvent::ProjectCreated { set });
        Ok(())
    }

    pub(super) fn create_section(
        &mut self,
        project: RecordId,
        title: String,
    ) -> Result<(), Rejected> {
        present(self.state.projects.get(&project), project)?;
        let title = validate::title(title)?;
        let record = self.ids.record();
        let order = self.last_key(&self.state.sections);
        let set = vec![
            SectionField::Title(title),
            SectionField::Project(Some(project)),
            SectionField::Order(order),
        ];
        self.push(record, TasksEvent::SectionCreated { set });
        Ok(())
    }

    pub(super) fn create_label(&mut self, title: String, colour: String) -> Result<(), Rejected> {
        let mut set = validate::label(vec![LabelField::Title(title), LabelField::Colour(colour)])?;
        let record = self.ids.record();
        set.push(LabelField::Order(self.last_key(&self.state.labels)));
        self.push(record, TasksEvent::LabelCreated { set });
        Ok(())
    }
}
