#include "learners/wake_word/wake_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "learners/wake_word/log_mel_base.h"
#include "learners/wake_word/testing/models.h"
#include "learners/wake_word/testing/tones.h"

namespace weighhouse::learners::wake {
namespace {

using ::testing::HasSubstr;

using testing::some_model;

TEST(WakeModel, IsReadBackAsItWasWritten) {
  const auto model = some_model();
  const std::string bytes = to_safetensors(model);
  const auto read = read_wake_model(MemoryAccess{bytes}).take();
  EXPECT_EQ(read.word, "jarvis");
  EXPECT_EQ(read.threshold, 0.75);
  const Samples sound = testing::babble(4, 5);
  EXPECT_EQ(listen(read, *log_mel_base(), sound).take(), listen(model, *log_mel_base(), sound).take());
  EXPECT_EQ(to_safetensors(read), bytes);
}

TEST(WakeModel, ListensToSoundOfAnyLength) {
  const auto model = some_model();
  const auto& shape = log_mel_base()->shape();
  EXPECT_EQ(listen(model, *log_mel_base(), {}).take().size(), 1U);
  EXPECT_EQ(listen(model, *log_mel_base(), Samples(100)).take().size(), 1U);
  EXPECT_EQ(listen(model, *log_mel_base(), Samples(shape.samples_of(10) + 3 * shape.hop_samples)).take().size(), 4U);
}

TEST(WakeModel, RefusesFilesOfAnotherKindAndNumbersThatAreNone) {
  EXPECT_EQ(read_wake_model(MemoryAccess{"not a model"}).error().code, ErrorCode::kInvalidArgument);
  auto model = some_model();
  model.heads[1].last_weight[2] = std::nanf("");
  EXPECT_THAT(read_wake_model(MemoryAccess{to_safetensors(model)}).error().message,
              HasSubstr("1.last.weight holds what is not a finite number"));
  auto bytes = to_safetensors(some_model());
  bytes.replace(bytes.find("\"frames\":\"10\""), 13, "\"frames\":\"11\"");
  EXPECT_EQ(read_wake_model(MemoryAccess{bytes}).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace weighhouse::learners::wake
