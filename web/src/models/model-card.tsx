import { modelPage, zipApi } from "../api/paths";
import type { Model } from "../api/types";
import { formatDate, formatPercent, formatScore } from "../base/format";
import { withQuery } from "../base/route";
import { Icon } from "../ui/icons";
import { AliasChips, TypeBadge, VersionChip } from "./chips";
import { addressWith, type FilterState } from "./filter-state";
import { kindWord, titleOf } from "./naming";
import { canBeTried } from "./trying";

interface Props {
  model: Model;
  state: FilterState;
  chosen: boolean;
  onChoose: (model: Model) => void;
  onDelete: (model: Model) => void;
}

export function ModelCard({ model, state, chosen, onChoose, onDelete }: Props) {
  const title = titleOf(model);
  return (
    <article class={chosen ? "card chosen" : "card"}>
      <header>
        <h2><a data-main href={modelPage(model)} title={title}>{title}</a></h2>
        {model.pinned && <span class="chip" title="Pinned: it cannot be deleted"><Icon name="pin" /><span class="unseen">pinned</span></span>}
        <TypeBadge type={model.type} />
        <input type="checkbox" class="choose" aria-label={`Choose ${title}`} checked={chosen} onChange={() => onChoose(model)} />
      </header>
      <p class="card-ref"><span class="mono">{model.reference}</span> · <a href={addressWith(state, "kind", model.kind)} title="Show all of this kind">{kindWord(model.kind)}</a></p>
      <dl class="card-scores">
        <div><dt>Accuracy</dt><dd>{formatPercent(model.accuracy)}</dd></div>
        <div><dt>F1 score</dt><dd>{formatScore(model.f1_score)}</dd></div>
        <div class="minor"><dt>Created</dt><dd><time dateTime={model.created_at}>{formatDate(model.created_at)}</time></dd></div>
      </dl>
      <p class="card-chips"><VersionChip model={model} /><AliasChips model={model} most={2} state={state} /></p>
      <footer>
        {canBeTried(model) && <a class="button tight" href={withQuery(modelPage(model), { tab: "test" })}><Icon name="play" />Try it</a>}
        {model.current_version != null && <a class="button tight" href={zipApi(model)} download aria-label={`Download ${title}`}><Icon name="download" />Download</a>}
        <button type="button" class="button tight plain warns push" aria-label={`Delete ${title}`} onClick={() => onDelete(model)}><Icon name="trash" />Delete</button>
      </footer>
    </article>
  );
}

// Holds the place of a model that is on its way.
export function CardInWaiting() {
  return <div class="card" aria-hidden="true"><h2><span class="skeleton">waiting for it</span></h2><p><span class="skeleton">namespace and name</span></p></div>;
}
