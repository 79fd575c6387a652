export type * from "../generated/household";
