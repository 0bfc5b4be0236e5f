#pragma once

#include <cstddef>
#include <span>

namespace weighhouse::encoders::detail {

// Arithmetic on matrices, row by row; one core, and the same bits for the same input.

// Each row to mean 0 and deviation 1, then times `scale` plus `shift`.
void normalize_rows(std::span<float> rows, std::span<const float> scale, std::span<const float> shift, float epsilon);

// x times the normal distribution's share below x, to within 1e-6.
void apply_gelu(std::span<float> values);

void add(std::span<const float> source, std::span<float> target);

// The attention of every piece to every other: `qkv` has for each row its query, key and value, each of `hidden`
// numbers in `heads` parts. `scores` is scratch of rows x rows.
void attend(std::span<const float> qkv, std::size_t rows, std::size_t hidden, std::size_t heads,
            std::span<float> scores, std::span<float> out);

// To length one, unless all are zero.
void make_unit_length(std::span<float> vector);

}  // namespace weighhouse::encoders::detail
