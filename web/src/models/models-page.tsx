import { useEffect, useMemo, useReducer, useRef, useState } from "preact/hooks";
import { ApiError } from "../api/client";
import type { Model } from "../api/types";
import { counted, formatCount } from "../base/format";
import { navigate, usePlace } from "../base/location";
import type { PagedList } from "../base/paged-list";
import { recall, remember } from "../base/remember";
import { useChosen } from "../base/use-chosen";
import { useStore } from "../base/use-store";
import { Page } from "../ui/page";
import { Empty, Problem } from "../ui/problem";
import { VirtualList } from "../ui/virtual-list";
import { Patience } from "../ui/waiting";
import { usePinned } from "./beside";
import { BulkBar } from "./bulk-bar";
import { ColumnMenu } from "./column-menu";
import { columnsFor, type ListedModel } from "./columns";
import { DeleteModel } from "./delete-model";
import { FilterBox } from "./filter-box";
import { knownOf } from "./filter-language";
import { addressOf, addressWithCondition, filterOf, isNarrowed, nextSort, readFilterState, requestOf, type FilterState } from "./filter-state";
import { forgetList, keepScroll, keptScroll, openList } from "./kept-list";
import { CardInWaiting, ModelCard } from "./model-card";
import { ModelRow, ModelTable } from "./model-table";
import { useListKeys } from "./list-keys";
import { ProblemsBanner } from "./problems-banner";
import { quickConditions } from "./quick-conditions";
import { SelectionBar } from "./selection-bar";
import { StartPage } from "./start-page";
import { Toolbar } from "./toolbar";
import { ViewsMenu } from "./views-menu";

const kCard = { height: 222, least: 290, gap: 16 };
const kRowHeight = 53;
// In rem: what a difference takes beside its number.
const kDifferenceWidth = 3.5;
// Asked for before one gets there.
const kAhead = 60;
// Places that are held for the first answer.
const kExpected = 12;

function NothingFound({ state, onReset }: { state: FilterState; onReset: () => void }) {
  if (state.type === "default" && state.search === "" && state.filter === "") {
    return (
      <Empty icon="scale">
        <p>The models that ship with this program were taken away, so there are no default ones. Yours are under “Custom”.</p>
        <button type="button" class="button" onClick={onReset}>Show all</button>
      </Empty>
    );
  }
  return (
    <Empty icon="search">
      <p>No model fits. One or two letters are looked for at the beginning of a name, three and more anywhere in it.</p>
      <button type="button" class="button" onClick={onReset}>Show all</button>
    </Empty>
  );
}

function QuickFilters({ state, models }: { state: FilterState; models: readonly Model[] }) {
  const quick = quickConditions(models, knownOf(models), state.filter, Date.now());
  return <nav class="row quick" aria-label="Add to the filter">{quick.map(({ title, condition }) => <a key={condition} class="chip outline" href={addressWithCondition(state, condition)} title={condition}>{title}</a>)}</nav>;
}

// The older list stays in sight until the first page of the newer one is here: typing must not flicker.
function useShown(asked: PagedList<ListedModel>): PagedList<ListedModel> {
  const shown = useRef(asked);
  const { count, complete, error } = useStore(asked.state);
  useEffect(() => void asked.show(0, 0), [asked]);
  if (count > 0 || complete || error) shown.current = asked;
  return shown.current;
}

export function ModelsPage() {
  const place = usePlace();
  const state = useMemo(() => readFilterState(place.query, recall("view")), [place.query]);
  const [round, again] = useReducer((count: number, _: void) => count + 1, 0);
  const request = requestOf(state);
  const asked = useMemo(() => openList(request), [JSON.stringify(request), round]);
  const list = useShown(asked);
  const now = useStore(list.state);
  const [filterOpen, setFilterOpen] = useState(state.filter !== "");
  const [doomed, setDoomed] = useState<Model>();
  const base = usePinned(state);
  const [found, setFound] = useState<string>();
  const { chosen, toggle, chooseAll, chooseNone } = useChosen<Model>((model) => model.reference);

  useEffect(() => {
    if (place.how === "back") window.scrollTo(0, keptScroll());
    // Followed as it goes: at the end the page that comes next has scrolled already.
    const follow = () => keepScroll(window.scrollY);
    window.addEventListener("scroll", follow, { passive: true });
    return () => window.removeEventListener("scroll", follow);
  }, []);

  const refresh = () => { forgetList(); again(); };
  useEffect(() => { if (state.filter !== "") setFilterOpen(true); }, [state.filter]);
  const change = (what: Partial<FilterState>, how: "push" | "replace") => {
    if (what.view) remember("view", what.view);
    navigate(addressOf({ ...state, ...what }), how);
  };
  useListKeys({
    choose: (index) => { const model = list.at(index); if (model) toggle(model); },
    chooseNone,
    filter: () => setFilterOpen(true),
    turn: () => change({ view: state.view === "cards" ? "table" : "cards" }, "push"),
  });
  const removeShown = (model: Model) => {
    const putBack = list.remove((one) => one.reference === model.reference);
    return () => { if (putBack) putBack(); else refresh(); };
  };

  const isWaiting = now.count === 0 && !now.complete && !now.error;
  const places = isWaiting ? kExpected : now.count;
  const isEmpty = now.complete && now.count === 0 && !now.error;
  const isFirstHour = isEmpty && !isNarrowed(state);
  const filterRefused = now.error instanceof ApiError && now.error.status === 400 && state.filter !== "";
  const columns = columnsFor(state.columns).map((column) => (base && column.value ? { ...column, width: column.width + kDifferenceWidth } : column));
  const onRange = ({ first, end }: { first: number; end: number }) => void list.show(first, end + kAhead);
  // Where the list is narrowed, what is beyond the loaded can be meant by the filter itself.
  const mayChooseFound = isNarrowed(state) && (now.total === undefined ? !now.complete : now.total > chosen.size) && list.held().every((model) => chosen.has(model.reference));
  const heading = <>Models {now.count > 0 && <span class="muted total">{formatCount(now.total ?? now.count)}{now.total === undefined && !now.complete && "+"}</span>}</>;

  return (
    <Page title="Models" heading={heading}>
      <ProblemsBanner onTakenIn={refresh} />
      {!isFirstHour && (
        <div class="stack toolbars">
          <Toolbar state={state} onChange={change} filterOpen={filterOpen} onFilter={() => setFilterOpen((open) => !open)}>
            <ViewsMenu state={state} />
            {state.view === "table" && <ColumnMenu state={state} models={[list.at(0), list.at(1), list.at(2)]} base={base} onChange={(what) => change(what, "replace")} />}
          </Toolbar>
          {(filterOpen || filterRefused) && <FilterBox filter={state.filter} error={now.error} known={() => knownOf(list.held())} onChange={(filter) => change({ filter }, "push")} />}
          {filterOpen && <QuickFilters state={state} models={list.held()} />}
        </div>
      )}
      <p class="unseen" role="status">{now.loading ? "" : `${counted(now.total ?? now.count, "model")} in this list`}</p>
      {now.error && !filterRefused && <Problem error={now.error} onRetry={now.count === 0 ? refresh : () => void list.retry()} />}
      {isFirstHour && <StartPage />}
      {isEmpty && !isFirstHour && <NothingFound state={state} onReset={() => navigate("/")} />}
      <div class={isWaiting ? "late" : asked === list ? undefined : "stale"} aria-busy={isWaiting || asked !== list}>
        {places > 0 && state.view === "cards" && (
          <VirtualList as="list" label="Models" count={places} rowHeight={kCard.height + kCard.gap} leastWidth={kCard.least} gap={kCard.gap} onRange={onRange}
            render={(index) => { const model = list.at(index); return model ? <ModelCard model={model} state={state} chosen={chosen.has(model.reference)} onChoose={toggle} onDelete={setDoomed} /> : <CardInWaiting />; }} />
        )}
        {places > 0 && state.view === "table" && (
          <ModelTable columns={columns} sort={state.sort} allChosen={chosen.size > 0 && list.held().every((model) => chosen.has(model.reference))} onChooseAll={() => chooseAll(list.held())} count={now.total ?? places} onSort={(key) => change({ sort: nextSort(state.sort, key) }, "push")}>
            <VirtualList as="table" label="Models" count={places} rowHeight={kRowHeight} leastWidth={0} gap={0} onRange={onRange}
              render={(index) => { const model = list.at(index); return <ModelRow model={model} base={base} columns={columns} chosen={model !== undefined && chosen.has(model.reference)} onChoose={toggle} onDelete={setDoomed} />; }} />
          </ModelTable>
        )}
      </div>
      {isWaiting && <Patience />}
      {chosen.size > 0 && found === undefined && <SelectionBar chosen={[...chosen.values()]} mayChooseFound={mayChooseFound} found={now.total} onChooseFound={() => setFound(filterOf(state))} onClear={chooseNone} onChanged={refresh} />}
      {found !== undefined && <BulkBar filter={found} onClose={() => { setFound(undefined); chooseNone(); }} onChanged={refresh} />}
      {doomed && <DeleteModel model={doomed} onClose={() => setDoomed(undefined)} onDeleted={() => removeShown(doomed)} />}
    </Page>
  );
}
