// Examples for text classifiers, made here: three intents, told apart by their words.
const kWhat = {
  music: { starts: ["play", "put on", "start", "listen to"], ends: ["some jazz", "the new album", "my running playlist", "a song by Nina", "something calm", "the radio"] },
  weather: { starts: ["will it", "is it going to", "do you think it will", "could it"], ends: ["rain tomorrow", "snow tonight", "be sunny on Sunday", "storm this week", "freeze in the valley", "stay cloudy"] },
  booking: { starts: ["book", "reserve", "find me", "get us"], ends: ["a table for four", "two seats at the bar", "dinner in Rome", "a table near the window", "lunch for six people", "a place with a garden"] },
};

// `count` of each label, all different; another `offset` gives other ones.
export function examples(count, offset = 0) {
  return Object.entries(kWhat).flatMap(([label, { starts, ends }]) =>
    Array.from({ length: count }, (_, index) => {
      const at = index + offset;
      const round = Math.floor(at / (starts.length * ends.length));
      return { label, text: `${starts[at % starts.length]} ${ends[Math.floor(at / starts.length) % ends.length]}${round > 0 ? ` number ${round}` : ""}` };
    }));
}

export const asCsv = (rows) => `text,label\n${rows.map(({ text, label }) => `${text},${label}\n`).join("")}`;
export const asTable = (rows) => rows.map(({ text, label }) => `${text}\t${label}`).join("\n");
