import { CompareText } from "../try/compare-text";
import { CompareAnswers } from "../weigh/compare-answers";
import { referenceOf, type Side } from "../weigh/side";

// What two text classifiers answer comes before what is in their files.
export function Answers({ from, to }: { from: Side; to: Side }) {
  const key = `${referenceOf(from)} ${referenceOf(to)}`;
  return (
    <>
      <CompareAnswers key={key} from={from} to={to} />
      <CompareText key={`ask ${key}`} from={from} to={to} />
      <h2 class="files-head">What is in their files</h2>
    </>
  );
}
