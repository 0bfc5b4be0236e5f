#include "cli/commands/run_job.h"

#include <fmt/format.h>

#include "base/json_fields.h"
#include "base/text.h"
#include "client/job_watch.h"

namespace weighhouse::cli {

Result<client::Object> run_job(Context& context, const client::Client& api, const client::Object& job,
                               OnInterrupt on_interrupt) {
  constexpr std::uint64_t kWhole = 10'000;
  const std::string kind = text_at(job, "kind");
  const std::atomic<bool>* interrupted =
      on_interrupt == OnInterrupt::kCancel ? &context.environment().catch_interrupts() : nullptr;
  Progress progress{context.environment(), kind, Unit::kPercent, kWhole, context.quiet()};
  const auto show = [&](const client::Object& now) {
    std::string label = kind;
    for (const auto* part : {"phase", "message"}) {
      if (const std::string text = text_at(now, part); !text.empty()) label += fmt::format(", {}", text);
    }
    progress.set(static_cast<std::uint64_t>(number_at(now, "progress").value_or(0) * kWhole), std::move(label));
  };
  client::Object ended = TRY(client::watch_job(api, text_at(job, "job_id"), show, interrupted));
  TRY(client::require_completed(ended));
  return ended;
}

void note_warnings(Context& context, const client::Object& result) {
  for (const auto& warning : list_at(result, "warnings")) {
    context.note("warning: " + printable(text_at(as_object(warning), "message"), 500));
  }
}

}  // namespace weighhouse::cli
