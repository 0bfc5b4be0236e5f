// Enough to see within a second what training does: three labels, eight sentences each.
const kSample: Record<string, readonly string[]> = {
  bug: ["The export button does nothing when I click it", "Search returns no results since yesterday", "The app crashes when I open a large file", "Login fails with an error on my phone", "My changes are gone after saving", "The chart shows the wrong month", "Uploading a picture never finishes", "Notifications arrive twice"],
  feature: ["Please add a dark mode", "It would be great to export to PDF", "Could you support keyboard shortcuts", "I wish I could sort the list by date", "Add a way to share a folder with my team", "Please let us choose the language", "An undo button would help a lot", "Can you add reminders"],
  question: ["How do I change my password", "Where can I find my invoices", "What does the premium plan include", "Is there a limit on the number of files", "How long are backups kept", "Which browsers are supported", "Who can see my shared documents", "When will my subscription renew"],
};

export const kSampleTable = `text\tlabel\n${Object.entries(kSample).flatMap(([label, texts]) => texts.map((text) => `${text}\t${label}`)).join("\n")}\n`;
