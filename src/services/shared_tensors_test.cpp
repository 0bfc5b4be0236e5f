#include "services/shared_tensors.h"

#include <random>

#include "formats/testing/safetensors_writer.h"
#include "services/fetcher.h"
#include "services/testing/house_fixture.h"
#include "services/testing/scripted_remote.h"

namespace weighhouse::services {
namespace {

using formats::testing::SafetensorsWriter;

constexpr std::size_t kTensorBytes = 500'000;

// Tensors of noise, one of each seed, in one file.
std::string file_of(const std::vector<unsigned>& seeds) {
  SafetensorsWriter writer;
  for (std::size_t i = 0; i < seeds.size(); ++i) {
    std::mt19937 draw{seeds[i]};
    std::string bytes(kTensorBytes, '\0');
    for (char& byte : bytes) byte = static_cast<char>(draw());
    writer.tensor("layer" + std::to_string(i), "U8", {static_cast<std::int64_t>(kTensorBytes)}, bytes);
  }
  return writer.finish();
}

class SharedTensorsTest : public HouseFixture {
 protected:
  class Control final : public JobControl {
   public:
    void report(double, std::string_view, std::string_view) override {}
    bool cancelled() const override { return false; }
  };

  // What the same bytes would be told of at a source.
  static std::vector<FilePart> parts_at_source(const std::string& bytes) {
    store::MemoryBlobStore there;
    auto session = there.upload({}).take();
    EXPECT_TRUE(session->append(std::as_bytes(std::span{bytes})));
    EXPECT_TRUE(session->commit());
    return *SharedTensors{there}.parts_of(Digest::of(bytes)).value();
  }
  Fetched fetch() {
    Fetcher fetcher{
        intake, {.first_pause = std::chrono::milliseconds{1}}, [] { return std::uint64_t{1} << 40U; }, &tensors};
    ScriptedRemote remote{script};
    const auto files = remote.files();
    Control control;
    auto fetched = fetcher.fetch(alice, remote, "acme:jarvis", files, control, similar);
    EXPECT_TRUE(fetched) << (fetched ? "" : fetched.error().message);
    return fetched ? *fetched : Fetched{};
  }
  std::string stored(const Digest& digest) {
    auto source = blobs.open(digest, {}).take();
    return read_all(*source, 1U << 30U).take();
  }

  SharedTensors tensors{blobs};
  std::vector<Digest> similar{};
  RemoteScript script;
};

TEST_F(SharedTensorsTest, AreToldInTheOrderOfTheFile) {
  const auto bytes = file_of({1, 2, 3});
  const auto parts = *tensors.parts_of(take(bytes, alice).digest).value();
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(parts[2].offset + parts[2].size_bytes, bytes.size());
  EXPECT_EQ(parts[1].offset, parts[0].offset + kTensorBytes);
  EXPECT_NE(parts[0].hash, parts[1].hash);
  const auto read = parse_parts(format_parts(parts)).value();
  ASSERT_EQ(read.size(), 3U);
  EXPECT_EQ(read[1].offset, parts[1].offset);
  EXPECT_EQ(read[1].hash, parts[1].hash);
  EXPECT_TRUE(tensors.parts_of(take("no tensors", alice).digest).value()->empty());
}

TEST_F(SharedTensorsTest, AreNotReadFromATextThatIsNoList) {
  for (const auto* text : {"", "[]", "{}", R"({"parts":[["a",1,"h"]]})", R"({"parts":[[-1,1,"h"]]})"})
    EXPECT_FALSE(parse_parts(text)) << text;
  EXPECT_EQ(parse_parts(R"({"parts":[[10,10,"b"],[0,15,"a"],[30,0,"c"],[18446744073709551615,9,"d"]]})").value().size(),
            1U)
      << "what overlaps, is empty or runs over the end of numbers is left out";
}

TEST_F(SharedTensorsTest, AreFoundInFilesThatAreHereAndInNoOthers) {
  const auto digest = take(file_of({1, 2, 3}), alice).digest;
  const auto parts = parts_at_source(file_of({9, 1, 2, 3, 8}));
  const auto runs = tensors.find(parts, std::vector{Digest::of("gone"), digest});
  ASSERT_EQ(runs.size(), 1U) << "tensors that follow each other in both files are one run";
  EXPECT_EQ(runs[0].size_bytes, 3 * kTensorBytes);
  EXPECT_EQ(runs[0].offset, parts[1].offset);
  EXPECT_TRUE(tensors.find(parts, {}).empty());
}

TEST_F(SharedTensorsTest, AreTakenFromAnotherFileAndOnlyTheRestIsFetched) {
  const auto newer = file_of({1, 2, 9, 4, 5, 6});
  script.parts["jarvis.safetensors"] = parts_at_source(newer);
  similar = {take(file_of({1, 2, 3, 4, 5, 6}), alice).digest};
  script.files = {{"jarvis.safetensors", newer}};
  const auto fetched = fetch();
  ASSERT_EQ(fetched.files.size(), 1U);
  EXPECT_EQ(stored(fetched.files[0].second), newer);
  EXPECT_EQ(script.sent_bytes, newer.size() - 5 * kTensorBytes) << "the header and one tensor";
  EXPECT_EQ(fetched.fetched_bytes, script.sent_bytes);
  EXPECT_EQ(fetched.reused_bytes, 5 * kTensorBytes);
}

TEST_F(SharedTensorsTest, AreFetchedAfterAllWhereAFingerprintLied) {
  const auto newer = file_of({7, 8, 9});
  auto parts = parts_at_source(newer);
  similar = {take(file_of({1, 2, 3}), alice).digest};
  parts[1].hash = tensors.parts_of(similar[0]).value()->at(0).hash;
  script.parts["jarvis.safetensors"] = parts;
  script.files = {{"jarvis.safetensors", newer}};
  const auto fetched = fetch();
  ASSERT_EQ(fetched.files.size(), 1U);
  EXPECT_EQ(stored(fetched.files[0].second), newer);
}

}  // namespace
}  // namespace weighhouse::services
