#include "http/routes/fine_tuning.h"

#include "http/routes/wake_words.h"
#include "services/fine_tuner.h"

namespace weighhouse::http {

using wire::Fields;
using wire::Need;

namespace {

std::vector<double> numbers_in(Fields& fields, const char* key) {
  std::vector<double> numbers;
  boost::json::error_code error;
  const auto parsed = boost::json::parse(fields.any_text(key).value_or("[]"), error);
  bool right = !error && parsed.is_array();
  for (std::size_t i = 0; right && i < parsed.get_array().size(); ++i) {
    right = parsed.get_array()[i].is_number();
    if (right) numbers.push_back(parsed.get_array()[i].to_number<double>());
  }
  if (!right) fields.fault(key, "must be a list of numbers");
  return numbers;
}

}  // namespace

Result<services::KnownSounds> known_sounds_in(Fields& fields) {
  services::KnownSounds sounds;
  for (auto& one : fields.objects("audio", Need::kRequired)) {
    const auto digest = one.text("digest", Need::kRequired);
    services::KnownSoundFile file{.sound = {.digest = {}, .name = one.text("name")}, .label = one.word("label")};
    file.values = numbers_in(one, "values");
    file.references = TRY(sounds_in(one, "references", Need::kOptional));
    fields.adopt(one);
    // A field that is missing is told with all others, by finish().
    if (digest.empty()) continue;
    file.sound.digest = TRY(Digest::parse(digest));
    sounds.audio.push_back(std::move(file));
  }
  sounds.noise = TRY(sounds_in(fields, "noise", Need::kOptional));
  return sounds;
}

Result<jobs::Job> fine_tune(RouteContext& context, const Request& request, const services::FitRequest& order,
                            Fields& fields) {
  services::KnownSounds sounds = TRY(known_sounds_in(fields));
  const auto task = fields.text("task");
  TRY(fields.finish());
  if (order.base.empty()) {
    return fail(ErrorCode::kInvalidArgument,
                "A fit on sounds trains a base further: name it as \"base\", such as default/voice_separator.");
  }
  auto base = TRY(registry::Reference::parse(order.base));
  return services::submit_fine_tune({context.metadata, context.intake, context.jobs}, caller_of(request),
                                    {.model = order.model,
                                     .base = std::move(base),
                                     .task = task,
                                     .sounds = std::move(sounds),
                                     .options = order.options,
                                     .label = order.label,
                                     .notes = order.notes});
}

}  // namespace weighhouse::http
