#pragma once

namespace weighhouse::torchscript {

// Measures one product of matrices and logs which library does them: Debian's default is 35 times slower than OpenBLAS,
// and nothing else would tell.
void probe_blas();

}  // namespace weighhouse::torchscript
