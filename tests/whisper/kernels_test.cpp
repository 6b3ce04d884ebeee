#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/random.h"
#include "whisper/packed_product.h"
#include "whisper/row_kernels.h"
#include "whisper/token_attention.h"

namespace foreview {
namespace {

template <class Store>
std::vector<Store> numbers(size_t count, uint64_t seed, double size = 1) {
  Random random(seed);
  std::vector<Store> all(count);
  for (Store& number : all) narrow(static_cast<float>(size * random.normal()), number);
  return all;
}

template <class Store>
class Kernels : public ::testing::Test {
 protected:
  // Of a number that was stored.
  static constexpr double rounding = sizeof(Store) == 2 ? 1.0 / 256 : 1e-6;
};
using Stores = ::testing::Types<float, Bf16>;
TYPED_TEST_SUITE(Kernels, Stores);

TYPED_TEST(Kernels, PackedProductIsTheSumOfProducts) {
  for (const int64_t outputs : {64, 50, 16, 3})
    for (const int64_t rows : {1, 2, 3, 4, 5, 6, 11}) {
      const int64_t inputs = 37, x_stride = 40, out_stride = 70;
      const auto block = numbers<TypeParam>(inputs * packed_outputs, 1);
      const auto bias = numbers<float>(outputs, 2), x = numbers<float>(rows * x_stride, 3);
      std::vector<float> out(rows * out_stride, 7);
      multiply(PackedProduct<TypeParam>{block.data(), bias.data(), x.data(), x_stride, out.data(), out_stride, rows,
                                        inputs, outputs});
      for (int64_t r = 0; r < rows; ++r)
        for (int64_t o = 0; o < out_stride; ++o) {
          double wanted = o < outputs ? bias[o] : 7;  // nothing is written beside the outputs
          for (int64_t i = 0; o < outputs && i < inputs; ++i)
            wanted += double{x[r * x_stride + i]} * widen(block[i * packed_outputs + o]);
          EXPECT_NEAR(out[r * out_stride + o], wanted, 1e-4) << rows << " rows, " << outputs << " outputs";
        }
    }
}

TYPED_TEST(Kernels, SoftmaxOfRows) {
  const int64_t rows = 3, columns = 45;
  const auto scores = numbers<TypeParam>(rows * columns, 4, 5);
  auto shares = scores;
  std::vector<float> sums(rows);
  exponentials(shares.data(), rows, columns, sums.data());
  std::vector<TypeParam> divided(rows * 50);
  divide_rows(shares.data(), sums.data(), rows, columns, divided.data(), 50);
  for (int64_t r = 0; r < rows; ++r) {
    double total = 0;
    for (int64_t c = 0; c < columns; ++c) total += std::exp(double{widen(scores[r * columns + c])});
    for (int64_t c = 0; c < columns; ++c) {
      const double wanted = std::exp(double{widen(scores[r * columns + c])}) / total;
      EXPECT_NEAR(widen(divided[r * 50 + c]), wanted, 3 * this->rounding * wanted + 1e-7);
    }
  }
}

TYPED_TEST(Kernels, Gelu) {
  const auto before = numbers<TypeParam>(77, 5, 3);
  auto after = before;
  gelu(after.data(), 77);
  for (size_t i = 0; i < before.size(); ++i) {
    const double x = widen(before[i]), wanted = x * 0.5 * (1 + std::erf(x / std::sqrt(2.0)));
    EXPECT_NEAR(widen(after[i]), wanted, this->rounding * std::abs(wanted) + 2e-6) << x;
  }
}

TYPED_TEST(Kernels, LayerNormOfSums) {
  const int64_t rows = 2, width = 53;
  const auto states = numbers<float>(rows * width, 6), weight = numbers<float>(width, 7),
             bias = numbers<float>(width, 8);
  const auto added = numbers<TypeParam>(rows * width, 9);
  auto sums = states;
  std::vector<TypeParam> out(rows * width);
  add_and_norm(sums.data(), added.data(), weight.data(), bias.data(), out.data(), rows, width);
  for (int64_t r = 0; r < rows; ++r) {
    double mean = 0, variance = 0;
    for (int64_t i = 0; i < width; ++i) {
      EXPECT_FLOAT_EQ(sums[r * width + i], states[r * width + i] + widen(added[r * width + i]));
      mean += sums[r * width + i] / double{width};
    }
    for (int64_t i = 0; i < width; ++i) variance += std::pow(sums[r * width + i] - mean, 2) / width;
    for (int64_t i = 0; i < width; ++i) {
      const double wanted = (sums[r * width + i] - mean) / std::sqrt(variance + 1e-5) * weight[i] + bias[i];
      EXPECT_NEAR(widen(out[r * width + i]), wanted, this->rounding * std::abs(wanted) + 1e-5);
    }
  }
  auto alone = states;
  add_and_norm(alone.data(), static_cast<const TypeParam*>(nullptr), weight.data(), bias.data(), out.data(), rows,
               width);
  EXPECT_EQ(alone, states);
}

TYPED_TEST(Kernels, OneTokenAttends) {
  const int64_t head_width = 80, capacity = 112, positions = 101;
  const auto query = numbers<float>(head_width, 10, 0.3);
  const auto keys = numbers<TypeParam>(head_width * capacity, 11), values = numbers<TypeParam>(head_width * capacity, 12);
  std::vector<float> weights(capacity), out(head_width);
  attend(TokenAttention<TypeParam>{query.data(), keys.data(), values.data(), head_width, capacity, positions,
                                   weights.data(), out.data()});
  std::vector<double> shares(positions);
  double total = 0;
  for (int64_t p = 0; p < positions; ++p) {
    double score = 0;
    for (int64_t d = 0; d < head_width; ++d) score += query[d] * widen(keys[d * capacity + p]);
    total += shares[p] = std::exp(score);
  }
  for (int64_t d = 0; d < head_width; ++d) {
    double wanted = 0;
    for (int64_t p = 0; p < positions; ++p) wanted += shares[p] / total * widen(values[p * head_width + d]);
    EXPECT_NEAR(out[d], wanted, 1e-5);
  }
}

TEST(SumOfExponentials, OfManyNumbers) {
  const auto values = numbers<float>(51865, 13, 4);
  double wanted = 0;
  for (const float value : values) wanted += std::exp(double{value} - 9);
  EXPECT_NEAR(sum_of_exponentials(values.data(), 51865, 9) / wanted, 1, 1e-6);
  const float out_of_reach[] = {-INFINITY, 0};
  EXPECT_NEAR(sum_of_exponentials(out_of_reach, 2, 0), 1, 1e-7);
}

}  // namespace
}  // namespace foreview
