#include <cstdio>
#include <sys/socket.h>
#include <sys/stat.h>

#include "options.h"
#include "worker/loop.h"

// Trains, weighs and executes models for `weigh`, which starts it and talks to it on descriptor 3.
int main(int count, char** words) {
  using namespace weighhouse;
  struct stat s{};
  if (::fstat(3, &s) != 0 || !S_ISSOCK(s.st_mode)) {
    std::fputs("weigh-worker is started by weigh, when there is something to train or to predict.\n", stderr);
    return 2;
  }
  worker::run(worker::Abilities{}, app::read_options(count, words));
}
