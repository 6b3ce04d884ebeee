#include "visual/map_layout.h"

#include "visual/map_kernels.h"

namespace foreview {
namespace {

// Calls work(Real{}, Store{}) with the types of a pair of tensors that a kernel exists for.
template <class Work>
void with_types(at::ScalarType store, const Work& work) {
  if (store == at::kDouble)
    work(double{}, double{});
  else if (store == at::kBFloat16)
    work(float{}, Bf16{});
  else
    work(float{}, float{});
}

template <class T>
T* data(const at::Tensor& tensor) {
  return static_cast<T*>(tensor.data_ptr());
}

bool is_one_picture_after_another(const at::Tensor& maps) {  // [channels, height, width] in one piece
  return maps.stride(-1) == 1 && maps.stride(-2) == maps.size(-1) && maps.stride(-3) == maps.size(-1) * maps.size(-2);
}

}  // namespace

void sequence_to_rows(const at::Tensor& maps, const at::Tensor& rows) {
  const int64_t time = rows.size(0), batch = rows.size(1), channels = maps.size(2);
  const int64_t pixels = rows.size(2) * rows.size(3), row = rows.size(4);
  if (!maps.is_cpu() || !is_one_picture_after_another(maps)) {
    rows.narrow(4, 0, channels).copy_(maps.permute({1, 0, 3, 4, 2}));
    return;
  }
  with_types(rows.scalar_type(), [&](auto real, auto store) {
    for_each_item(time * batch, at::get_num_threads(), [&](int64_t item) {
      const auto* from =
          data<decltype(real)>(maps) + item % batch * maps.stride(0) + item / batch * maps.stride(1);
      maps_to_rows(from, channels, pixels, data<decltype(store)>(rows) + item * pixels * row, row);
    });
  });
}

void rows_to_step(const at::Tensor& rows, const at::Tensor& maps) {
  const int64_t batch = rows.size(0), channels = maps.size(1), pixels = rows.size(1) * rows.size(2), row = rows.size(3);
  if (!maps.is_cpu() || !rows.is_contiguous() || !is_one_picture_after_another(maps)) {
    maps.copy_(rows.narrow(3, 0, channels).permute({0, 3, 1, 2}));
    return;
  }
  with_types(rows.scalar_type(), [&](auto real, auto store) {
    for_each_item(batch, at::get_num_threads(), [&](int64_t item) {
      rows_to_maps(data<decltype(store)>(rows) + item * pixels * row, row, channels, pixels,
                   data<decltype(real)>(maps) + item * maps.stride(0));
    });
  });
}

void take_rows(const at::Tensor& rows, const at::Tensor& valid, const at::Tensor& taken) {
  const int64_t batch = rows.size(0), channels = rows.size(3), pixels = rows.size(1) * rows.size(2);
  const int64_t row = rows.stride(2);
  if (!rows.is_cpu() || rows.stride(3) != 1 || rows.stride(0) != pixels * row) {
    if (valid.defined())
      taken.copy_(at::where(valid.view({-1, 1, 1, 1}), rows.to(taken.scalar_type()), taken));
    else
      taken.copy_(rows);
    return;
  }
  with_types(rows.scalar_type(), [&](auto real, auto store) {
    for_each_item(batch, at::get_num_threads(), [&](int64_t item) {
      if (valid.defined() && !data<bool>(valid)[item * valid.stride(0)]) return;
      take_columns(data<decltype(store)>(rows) + item * pixels * row, row, channels, pixels,
                   data<decltype(real)>(taken) + item * pixels * channels);
    });
  });
}

at::Tensor sum_of_rows(const at::Tensor& rows, at::ScalarType type) {
  const at::Tensor flat = rows.flatten(0, -2);
  if (!rows.is_cpu()) return flat.sum(at::IntArrayRef{0}, /*keepdim=*/false, type);
  at::Tensor sums = at::empty({flat.size(1)}, rows.options().dtype(type));
  with_types(rows.scalar_type(), [&](auto real, auto store) {
    sum_rows(data<decltype(store)>(flat), flat.size(0), flat.size(1), data<decltype(real)>(sums),
             at::get_num_threads());
  });
  return sums;
}

}  // namespace foreview
