import { usePlace } from "../base/location";

const kTabs = [["/train", "Text classifier"], ["/train/wake-word", "Wake word"]] as const;

// What can be trained here.
export function TrainTabs() {
  const { path } = usePlace();
  return (
    <nav class="tabs apart" aria-label="What to train">
      {kTabs.map(([address, label]) => <a key={address} href={address} aria-current={path === address ? "page" : undefined}>{label}</a>)}
    </nav>
  );
}
