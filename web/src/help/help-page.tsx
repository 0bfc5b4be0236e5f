import type { Params } from "../base/route";
import { Icon } from "../ui/icons";
import { Page } from "../ui/page";
import { Empty } from "../ui/problem";
import { LibraryState } from "./library-state";
import { kTopics } from "./topics";

function Index() {
  return (
    <Page title="Help" lead={<>Press <kbd>?</kbd> on any page for its keys. Every route of the API has a page <a href="/docs">to try it</a>.</>}>
      <ul class="help-index">
        {kTopics.map((topic) => (
          <li key={topic.slug} class="sheet">
            <h2><a href={`/help/${topic.slug}`}>{topic.title}<Icon name="arrow" /></a></h2>
            <p class="muted">{topic.question}</p>
          </li>
        ))}
      </ul>
    </Page>
  );
}

export function HelpPage({ params }: { params: Params }) {
  if (params.topic === undefined) return <Index />;
  const topic = kTopics.find((one) => one.slug === params.topic);
  return (
    <Page title={topic?.title ?? "No such topic"} lead={topic?.question} actions={<a class="button" href="/help"><Icon name="back" />All help</a>}>
      {topic ? <div class="prose">{topic.slug === "model-not-appearing" && <LibraryState />}{topic.body()}</div> : <Empty icon="help"><p>There is no help on “{params.topic}”.</p></Empty>}
    </Page>
  );
}
