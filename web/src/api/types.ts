// The words of the contract under short names.
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Alias = Schemas["Alias"];
export type Answer = Schemas["Answer"];
export type ChangedItem = Schemas["ChangedItem"];
export type Comparison = Schemas["Comparison"];
export type Deleted = Schemas["Deleted"];
export type Diff = Schemas["Diff"];
export type ErrorBody = Schemas["Error"];
export type Evaluation = Schemas["Evaluation"];
export type Finding = Schemas["Finding"];
export type Freed = Schemas["Freed"];
export type Gates = Schemas["Gates"];
export type Health = Schemas["Health"];
export type HistoryEvent = Schemas["Event"];
export type Job = Schemas["Job"];
export type Kind = Schemas["Kind"];
export type LibraryScan = Schemas["LibraryScan"];
export type Metric = Schemas["Metric"];
export type Model = Schemas["Model"];
export type ModelFile = Schemas["File"];
export type ModelPage = Schemas["ModelPage"];
export type NewVersion = Schemas["NewVersion"];
export type PairedDifference = Schemas["PairedDifference"];
export type Port = Schemas["Port"];
export type Publication = Schemas["Publication"];
export type Report = Schemas["Report"];
export type Session = Schemas["Session"];
export type Source = Schemas["Source"];
export type Storage = Schemas["Storage"];
export type Tensor = Schemas["Tensor"];
export type Token = Schemas["Token"];
export type TrashItem = Schemas["TrashItem"];
export type Updates = Schemas["Updates"];
export type Update = Updates["updates"][number];
export type UpdatePolicy = Schemas["UpdatePolicy"];
export type Upload = Schemas["Upload"];
export type Verification = Schemas["Verification"];
export type Version = Schemas["Version"];

export const kKinds: readonly Kind[] = ["wake-word", "text-classifier", "separator", "detector", "encoder", "other"];
