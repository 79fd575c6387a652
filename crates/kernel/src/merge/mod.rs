//! Values that merge: whatever order writes arrive in, however often, the result is the same.

mod add_wins_set;
mod append_list;
mod counter;
mod order_key;
mod register;

pub use add_wins_set::AddWinsSet;
pub use append_list::AppendList;
pub use counter::Counter;
pub use order_key::OrderKey;
pub use register::Register;
