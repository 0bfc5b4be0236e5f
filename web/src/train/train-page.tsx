import { parseReference } from "../api/paths";
import { usePlace } from "../base/location";
import { useStore } from "../base/use-store";
import { useDrops } from "../intake/drop-taker";
import { Page } from "../ui/page";
import { toast } from "../ui/toast";
import { takeFile, TrainingData } from "./data-input";
import { DataReview, TestData } from "./data-review";
import { drafts } from "./draft";
import { FitForm } from "./fit-form";
import { FitView } from "./fit-view";
import { TrainTabs } from "./train-tabs";
import "../styles/train.css";

// A text classifier from examples: give them, look at what is odd about them, train, land on the new version.
export function TrainPage() {
  const { query } = usePlace();
  const model = parseReference(query.get("model") ?? "");
  const job = query.get("job");
  const hasData = useStore(drafts.train).source !== undefined;
  useDrops("Let go to train on it", (files) => {
    const first = files[0];
    if (!first) return toast("There was no file in that. Drop a CSV, TSV or JSON Lines file.");
    // The second file is what the first one is weighed on.
    takeFile(drafts.train.get().source && drafts.train.get().source!.name !== "" ? "test" : "train", first.file);
    if (files[1]) takeFile("test", files[1].file);
  });
  const title = job ? `Training ${model?.name ?? "a text classifier"}` : model ? `Train a new version of ${model.name}` : "Train a text classifier";
  return (
    <Page title={title} lead={job ? undefined : "It learns from texts with labels which label fits a new text: the kind of a ticket, what somebody wants, the mood of a review. Nothing leaves this server."}>
      {!job && !model && <TrainTabs />}
      {job ? <div class="stack"><FitView id={job} model={model} /></div> : (
        <div class="columns">
          <div class="stack">
            <TrainingData />
            <DataReview />
            {hasData && <TestData />}
          </div>
          <FitForm key={query.get("model") ?? ""} namespace={model?.namespace ?? ""} name={model?.name ?? ""} />
        </div>
      )}
    </Page>
  );
}
