export type * from "../generated/tasks";
