#include "worker/text/files.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/text.h"
#include "learners/text/model_file.h"
#include "worker/inputs.h"

namespace weighhouse::worker {
namespace {

class AccessSource final : public ByteSource {
 public:
  explicit AccessSource(const RandomAccess& access) : access_(access) {}
  Result<std::size_t> read(std::span<std::byte> buffer) override {
    const auto count = TRY(access_.read_at(offset_, buffer));
    offset_ += count;
    return count;
  }
  std::optional<std::uint64_t> remaining() const override { return access_.size_bytes() - offset_; }

 private:
  const RandomAccess& access_;
  std::uint64_t offset_ = 0;
};

}  // namespace

Result<std::vector<features::Example>> read_data(const OrderContext& order, std::string_view format,
                                                 std::string_view input) {
  const auto known = features::example_format_of("data." + std::string{format});
  if (!known) return fail(ErrorCode::kInvalidArgument, "The data are of no known format; use JSON Lines, CSV or TSV.");
  const auto access = TRY(DescriptorAccess::open(TRY(order.input(input))));
  AccessSource source{access};
  return features::read_examples(source, *known);
}

Result<learners::TextModel> read_classifier(int descriptor) {
  const auto access = TRY(DescriptorAccess::open(descriptor));
  return learners::read_text_model(access);
}

Error lacks_encoder(const learners::TextModel& model) {
  return {ErrorCode::kFailedPrecondition, "The classifier sees texts through the encoder " + model.record().base +
                                              " (" + model.record().base_digest +
                                              "), which did not come with it. Import the encoder first."};
}

std::vector<std::string_view> texts_for_parity(const std::vector<features::Example>& examples) {
  constexpr std::size_t kMostTexts = 100;
  const std::size_t step = std::max<std::size_t>(1, examples.size() / kMostTexts);
  std::vector<std::string_view> texts;
  for (std::size_t i = 0; i < examples.size() && texts.size() < kMostTexts; i += step)
    texts.push_back(examples[i].text);
  return texts;
}

Result<> require_parity(double largest_difference) {
  constexpr double kAgrees = 1e-4;
  if (largest_difference <= kAgrees) return {};
  return fail(ErrorCode::kInternal, "Its scores differ from the model's by " + format_number(largest_difference) + ".");
}

}  // namespace weighhouse::worker
