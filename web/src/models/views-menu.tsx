import { useState } from "preact/hooks";
import { useStore } from "../base/use-store";
import { Icon } from "../ui/icons";
import { Menu } from "../ui/menu";
import { addressOf, type FilterState } from "./filter-state";
import { dropView, keepView, views } from "./views";

export function ViewsMenu({ state }: { state: FilterState }) {
  const kept = useStore(views);
  const [name, setName] = useState("");
  const here = addressOf(state);
  const keep = (event: Event) => {
    event.preventDefault();
    keepView({ name: name.trim(), address: here });
    setName("");
  };
  return (
    <Menu icon="bookmark" label="Views">
      {kept.length === 0 && <p class="muted small">Keep filters, order and columns under a name and come back to them.</p>}
      {kept.map((view) => (
        <div key={view.name} class="row view">
          <a class="grow" href={view.address} aria-current={view.address === here ? "true" : undefined}>{view.name}</a>
          <button type="button" class="button plain square tight warns" aria-label={`Forget the view ${view.name}`} title="Forget" onClick={() => dropView(view.name)}><Icon name="close" /></button>
        </div>
      ))}
      <form class="row view-form" onSubmit={keep}>
        <label class="unseen" for="view-name">Name of this view</label>
        <input id="view-name" class="input grow" value={name} placeholder="Name of this view" maxLength={60} onInput={(event) => setName(event.currentTarget.value)} />
        <button type="submit" class="button tight" disabled={name.trim() === ""}>Keep</button>
      </form>
    </Menu>
  );
}
