export type * from "../generated/profile";
