#include "http/routes/wake_words.h"

#include <algorithm>

namespace weighhouse::http {
namespace json = boost::json;

using wire::Fields;
using wire::Need;

Result<std::vector<services::SoundFile>> sounds_in(Fields& fields, const char* key, Need need) {
  std::vector<services::SoundFile> sounds;
  for (auto& one : fields.objects(key, need)) {
    auto digest = one.text("digest", Need::kRequired);
    auto name = one.text("name");
    fields.adopt(one);
    // A field that is missing is told with all others, by finish().
    if (auto parsed = Digest::parse(digest)) {
      sounds.push_back({*parsed, name});
    } else if (!digest.empty()) {
      return fail(parsed.error());
    }
  }
  return sounds;
}

Result<jobs::Job> fit_wake_word(RouteContext& context, const Request& request, const services::FitRequest& order,
                                Fields& fields) {
  services::WakeFitRequest wake{.model = order.model,
                                .wake_word = fields.text("wake_word"),
                                .recordings = {},
                                .negatives = {},
                                .base = order.base,
                                .options = order.options,
                                .label = order.label,
                                .notes = order.notes};
  if (wake.wake_word.empty()) {
    wake.wake_word = order.model.name.text();
    std::replace(wake.wake_word.begin(), wake.wake_word.end(), '_', ' ');
  }
  // People record with silence around what they say; only what they say has to be short.
  json::error_code error;
  auto options = json::parse(wake.options, error);
  if (!error && options.is_object() && !options.get_object().contains("trim_ends")) {
    options.get_object()["trim_ends"] = true;
    wake.options = json::serialize(options);
  }
  wake.recordings = TRY(sounds_in(fields, "recordings", Need::kRequired));
  wake.negatives = TRY(sounds_in(fields, "negatives", Need::kOptional));
  TRY(fields.finish());
  return context.learning.wake_trainer.fit(caller_of(request), wake, services::WhenBusy::kWait);
}

Handler job_epochs(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto job = TRY(context.jobs.get(request.parameter("job")));
    const auto told = context.learning.wake_trainer.epochs_of(job.id);
    json::error_code error;
    auto epochs = json::parse(told.value_or("[]"), error);
    if (error || !epochs.is_array()) epochs = json::array{};
    return reply({{"job_id", job.id}, {"epochs", std::move(epochs)}});
  };
}

}  // namespace weighhouse::http
