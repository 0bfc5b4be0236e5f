#include <boost/json.hpp>
#include <cstdlib>

#include "fixture.h"

namespace weighhouse::workers {
namespace {

namespace json = boost::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Walls : public WorkerTest {};

TEST_F(Walls, LetAWorkerReachNothingButWhatItWasHanded) {
  const auto secret = join_path(home.path(), "secret");
  ASSERT_TRUE(replace_file(secret, "a token"));
  ::setenv("WEIGH_TEST_SECRET", "a token", 1);
  const json::object places{{"secret", secret}, {"elsewhere", join_path(home.path(), "elsewhere")}};
  services::WorkOrder order{.job = "01TEST", .kind = "pry", .parameters = json::serialize(places)};
  FakeControl control;
  const auto done = JobWorker{settings}.run(std::move(order), control);
  ::unsetenv("WEIGH_TEST_SECRET");
  ASSERT_TRUE(done) << done.error().message;
  const auto found = json::parse(done->result).as_object();
  auto open = json::value_to<std::vector<std::string>>(found.at("open"));
  const auto descriptors = json::value_to<std::vector<int>>(found.at("descriptors"));

  // Descriptors: three standard ones, the channel, the directory for outputs.
  EXPECT_LE(descriptors.size(), 5U) << done->result;
  EXPECT_EQ(descriptors[3], 3);
  // Files are confined by Landlock, which containers and old kernels may lack; all else always.
  if (std::find(open.begin(), open.end(), "the list of accounts") != open.end())
    std::erase_if(open, [](const std::string& what) {
      return what == "the list of accounts" || what == "a file of the parent" || what == "a file elsewhere" ||
             what == "the parent's environment";
    });
  EXPECT_THAT(open, IsEmpty());
}

}  // namespace
}  // namespace weighhouse::workers
