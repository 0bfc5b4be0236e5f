import { FilePicker } from "../intake/file-picker";
import { Icon } from "../ui/icons";
import { Snippet } from "../ui/copy";

// What an empty home shows: three ways to the first model.
export function StartPage() {
  return (
    <div class="start">
      <section class="sheet start-drop">
        <Icon name="scale" />
        <h2>Nothing on the scale yet</h2>
        <p class="muted">Drop the files of a model anywhere on this page. You will see what is inside before anything is kept.</p>
        <FilePicker />
      </section>
      <section class="sheet row start-train">
        <div class="grow"><h2>Or train one here</h2><p class="muted">A text classifier from a table of texts and labels, in milliseconds; a wake word from your own voice, in minutes.</p></div>
        <a class="button" href="/train"><Icon name="spark" />Train a text classifier</a>
        <a class="button" href="/train/wake-word"><Icon name="spark" />Train a wake word</a>
      </section>
      <section class="sheet stack">
        <h2>Or copy a folder</h2>
        <p class="muted">Put the weights and their metadata into the library, wait a moment, and refresh this page.</p>
        <Snippet label="the folder's layout" text={"models/custom/jarvis/\n├── jarvis.pt\n└── jarvis.json"} />
        <p class="small"><a href="/help/model-not-appearing">What a folder must hold</a></p>
      </section>
      <section class="sheet stack">
        <h2>Or use the command line</h2>
        <p class="muted">A file, several files, or a folder becomes a version.</p>
        <Snippet label="the import command" text={"weigh import jarvis.pt jarvis.json --name jarvis\nweigh import ./whisper-base/ --namespace whisper"} />
        <p class="small"><a href="/help">How everything fits together</a></p>
      </section>
    </div>
  );
}
