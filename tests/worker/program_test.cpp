#include "fixture.h"
#include "workers/process.h"

namespace weighhouse::workers {
namespace {

class Program : public WorkerTest {};

TEST_F(Program, SaysHelloAndLeavesWhenAskedTo) {
  auto process = Process::start({.program = WEIGH_WORKER, .name = "test"});
  ASSERT_TRUE(process) << process.error().message;
  (*process)->finish();
  EXPECT_THAT(children(), ::testing::IsEmpty());
}

}  // namespace
}  // namespace weighhouse::workers
