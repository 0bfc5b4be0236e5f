// One of two versions that are compared, of the same model or of another.
import type { ModelKey } from "../api/paths";
import type { Version } from "../api/types";

export interface Side {
  model: ModelKey;
  version: Version;
  // As short as the two can be told apart.
  title: string;
}

export const referenceOf = ({ model, version }: Side): string => `${model.namespace}/${model.name}@${version.version}`;
