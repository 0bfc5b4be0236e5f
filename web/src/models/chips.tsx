import type { Model } from "../api/types";
import { Icon } from "../ui/icons";
import { addressWith, type FilterState } from "./filter-state";
import { tellingAliases } from "./naming";

export function TypeBadge({ type }: { type: Model["type"] }) {
  return <span class={type === "default" ? "chip accent" : "chip"}>{type === "default" ? "Default" : "Custom"}</span>;
}

export function VersionChip({ model }: { model: Model }) {
  if (model.current_version == null) return <span class="chip outline">no version yet</span>;
  return (
    <span class="chip outline" title={`Version ${model.current_version} of ${model.version_count} is current${model.current_held ? ", and held there" : ""}`}>
      {model.current_held && <Icon name="pin" />}v{model.current_version}{model.current_label ? ` · ${model.current_label}` : ""}
    </span>
  );
}

export function AliasChips({ model, most, state }: { model: Model; most: number; state: FilterState }) {
  const telling = tellingAliases(model.aliases);
  const rest = telling.slice(most);
  return (
    <>
      {telling.slice(0, most).map(([alias, version]) => <a key={alias} class="chip brass" href={addressWith(state, "alias", alias)} title={`${alias} points at version ${version}. Show all that have ${alias}`}>{alias}{version !== model.current_version && ` → v${version}`}</a>)}
      {rest.length > 0 && <span class="chip" title={rest.map(([alias, version]) => `${alias} → v${version}`).join(", ")}>+{rest.length}</span>}
    </>
  );
}
