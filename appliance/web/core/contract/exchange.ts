export type * from "../generated/exchange";
