//! What a hostile box makes of the frames of a pull.

use lifeos_protocol::DeviceId;
use lifeos_protocol::change::Change;
use lifeos_protocol::stream::{Complete, Frame, Run};

/// Alters every run.
#[must_use]
pub fn with_runs(mut frames: Vec<Frame>, mut alter: impl FnMut(&mut Run)) -> Vec<Frame> {
    for frame in &mut frames {
        if let Frame::Run(run) = frame {
            alter(run);
        }
    }
    frames
}

/// The complete mark.
///
/// # Panics
/// Where the stream has none.
pub fn complete_of(frames: &mut [Frame]) -> &mut Complete {
    match frames.last_mut() {
        Some(Frame::Complete(complete)) => complete,
        _ => panic!("a stream ends with its complete mark"),
    }
}

/// The statement of one change with the body of another.
///
/// # Panics
/// Where the two do not fit, which changes of one format do.
#[must_use]
pub fn graft(statement: &Change, body: &Change) -> Change {
    let (statement, seal) = (statement.statement.clone(), body.seal.clone());
    Change::new(statement, seal, body.ciphertext().to_vec()).expect("both are changes")
}

/// Alters every run of at least so many changes.
fn with_long_runs(frames: Vec<Frame>, least: usize, alter: impl Fn(&mut Run)) -> Vec<Frame> {
    with_runs(frames, |run| {
        if run.changes.len() >= least {
            alter(run);
        }
    })
}

/// Exchanges the bodies of the first two changes of each run (16).
#[must_use]
pub fn swap_bodies(frames: Vec<Frame>) -> Vec<Frame> {
    with_long_runs(frames, 2, |run| {
        let (a, b) = (run.changes[0].clone(), run.changes[1].clone());
        run.changes[0] = graft(&a, &b);
        run.changes[1] = graft(&b, &a);
    })
}

/// Gives the third change of each run the statement of the second (17).
#[must_use]
pub fn mix_statements(frames: Vec<Frame>) -> Vec<Frame> {
    with_long_runs(frames, 3, |run| {
        run.changes[2] = graft(&run.changes[1], &run.changes[2]);
    })
}

/// Exchanges the first two changes of each run (21).
#[must_use]
pub fn reorder(frames: Vec<Frame>) -> Vec<Frame> {
    with_long_runs(frames, 2, |run| run.changes.swap(0, 1))
}

/// Serves the first change of each run twice (21).
#[must_use]
pub fn repeat(frames: Vec<Frame>) -> Vec<Frame> {
    with_long_runs(frames, 2, |run| {
        run.changes.insert(1, run.changes[0].clone());
    })
}

/// Leaves the last change of the last run out, and counts as if it had never come (21).
#[must_use]
pub fn shorten(mut frames: Vec<Frame>) -> Vec<Frame> {
    complete_of(&mut frames).sequence -= 1;
    let last = frames.iter_mut().rev().find_map(|frame| match frame {
        Frame::Run(run) => Some(run),
        _ => None,
    });
    if let Some(run) = last {
        run.changes.pop();
    }
    frames
}

/// Leaves out whatever a device wrote, and counts as if it had never written (27).
#[must_use]
pub fn withhold(frames: Vec<Frame>, hidden: DeviceId) -> Vec<Frame> {
    let mut sequence = 0;
    let mut kept = Vec::new();
    for frame in frames {
        match frame {
            Frame::Run(run) if run.device == hidden => {}
            Frame::Head(head) if head.body.device == hidden => {}
            Frame::Run(mut run) => {
                run.sequence = sequence + 1;
                sequence += run.changes.len() as u64;
                kept.push(Frame::Run(run));
            }
            Frame::Complete(complete) => kept.push(Frame::Complete(Complete {
                sequence,
                ..complete
            })),
            other => kept.push(other),
        }
    }
    kept
}

/// Puts frames before the complete mark, which counts so many sequences more.
#[must_use]
pub fn insert(mut frames: Vec<Frame>, more: Vec<Frame>, sequences: u64) -> Vec<Frame> {
    complete_of(&mut frames).sequence += sequences;
    let end = frames.len() - 1;
    frames.splice(end..end, more);
    frames
}
