#include <unistd.h>

#include "base/digest.h"
#include "base/text.h"
#include "learners/wake_word/log_mel_base.h"
#include "worker/wake/orders.h"

namespace weighhouse::worker {
namespace wake = learners::wake;

namespace {

Result<OpenBase> open_builtin(const std::string& name) {
  if (name.empty() || name == encoders::kBuiltinAudioEncoder)
    return OpenBase{encoders::builtin_audio_encoder(), Digest::of(encoders::builtin_audio_weights()).to_string()};
  // It has no weights.
  if (name == wake::kLogMelBase) return OpenBase{wake::log_mel_base()};
  return fail(ErrorCode::kInvalidArgument, "There is no base \"" + printable(name) + "\" for wake words; there is " +
                                               std::string{encoders::kBuiltinAudioEncoder} +
                                               ", and every encoder of sound that was imported.");
}

}  // namespace

Result<OpenBase> open_base(const std::string& name, const std::string& digest,
                           std::optional<runtimes::ModelFile> imported, const runtimes::Runtime& onnx) {
  if (imported) {
    std::vector<runtimes::ModelFile> files;
    files.push_back(*std::move(imported));
    auto encoder = TRY(encoders::open_audio_encoder(name, std::move(files), onnx));
    return OpenBase{std::move(encoder), digest};
  }
  auto base = TRY(open_builtin(name));
  if (digest.empty() || digest == base.digest) return base;
  return fail(ErrorCode::kFailedPrecondition, "It was trained on " + printable(name) +
                                                  " of another version of the program (" + digest + "; here it is " +
                                                  base.digest + "). Train it again here: weigh train wake-word");
}

Result<std::optional<runtimes::ModelFile>> imported_base(const OrderContext& order) {
  if (!order.has_input(kBaseFile)) return std::nullopt;
  const int original = TRY(order.input(kBaseFile));
  return runtimes::ModelFile{std::string{kBaseFile}, FileDescriptor{::dup(original)}};
}

}  // namespace weighhouse::worker
