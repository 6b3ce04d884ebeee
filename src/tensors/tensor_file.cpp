#include "tensors/tensor_file.h"

#include <torch/torch.h>

#include <cstring>
#include <set>
#include <sstream>

#include "core/text.h"
#include "foreview/error.h"
#include "tensors/torch_errors.h"

namespace foreview {
namespace {

at::ScalarType scalar_type(DataType type) {
  switch (type) {
    case DataType::u8:
      return at::kByte;
    case DataType::i8:
      return at::kChar;
    case DataType::i16:
      return at::kShort;
    case DataType::i32:
      return at::kInt;
    case DataType::i64:
      return at::kLong;
    case DataType::f16:
      return at::kHalf;
    case DataType::bf16:
      return at::kBFloat16;
    case DataType::f32:
      return at::kFloat;
    case DataType::f64:
      return at::kDouble;
    case DataType::boolean:
      return at::kBool;
  }
  throw Error({.problem = "unknown data type in a safetensors entry"});
}

DataType data_type(at::ScalarType type) {
  switch (type) {
    case at::kByte:
      return DataType::u8;
    case at::kChar:
      return DataType::i8;
    case at::kShort:
      return DataType::i16;
    case at::kInt:
      return DataType::i32;
    case at::kLong:
      return DataType::i64;
    case at::kHalf:
      return DataType::f16;
    case at::kBFloat16:
      return DataType::bf16;
    case at::kFloat:
      return DataType::f32;
    case at::kDouble:
      return DataType::f64;
    case at::kBool:
      return DataType::boolean;
    default:
      throw Error({.problem = std::string("safetensors cannot hold tensors of type ") + at::toString(type)});
  }
}

std::string describe(const at::Tensor& tensor) {
  std::ostringstream text;
  text << name_of(data_type(tensor.scalar_type())) << " " << tensor.sizes();
  return text.str();
}

// Parameters and buffers of the module: what a weights file must hold.
std::map<std::string, at::Tensor> state_of(const torch::nn::Module& module) {
  std::map<std::string, at::Tensor> state;
  for (const auto& item : module.named_parameters()) state[item.key()] = item.value();
  for (const auto& item : module.named_buffers()) state[item.key()] = item.value();
  return state;
}

void check_fits(const std::string& name, const at::Tensor& wanted, const at::Tensor& given,
                const std::filesystem::path& file) {
  if (wanted.sizes() != given.sizes() || wanted.scalar_type() != given.scalar_type()) {
    throw Error({.file = file.string(),
                 .problem = "tensor " + name + " does not fit the model",
                 .expected = describe(wanted),
                 .got = describe(given),
                 .advice = "use weights made by this version with the same options"});
  }
  if (given.is_floating_point() && !at::isfinite(given).all().item<bool>()) {
    throw Error({.file = file.string(),
                 .problem = "tensor " + name + " holds values that are no finite numbers",
                 .advice = "the file is damaged or training diverged: make it again"});
  }
}

// Names of tensors come from the file: they are shown cleaned and short.
std::string shown(const std::string& name) { return clean_utf8(name.substr(0, 80)); }

}  // namespace

at::Tensor to_tensor(const StoredTensor& stored) {
  at::Tensor tensor = at::empty(stored.shape, at::TensorOptions().dtype(scalar_type(stored.type)));
  if (tensor.nbytes() != stored.bytes.size()) {
    throw Error({.problem = "a stored tensor's bytes do not fit its shape",
                 .expected = std::to_string(tensor.nbytes()) + " bytes",
                 .got = std::to_string(stored.bytes.size())});
  }
  // An empty tensor may have no memory at all, which memcpy must not be given.
  if (!stored.bytes.empty()) std::memcpy(tensor.data_ptr(), stored.bytes.data(), stored.bytes.size());
  if (stored.type == DataType::boolean) {
    // Any byte but 0 and 1 would be an invalid bool.
    return tensor.view(at::kByte).ne(0);
  }
  return tensor;
}

StoredTensor to_stored(const at::Tensor& tensor) {
  const at::Tensor plain = tensor.detach().cpu().contiguous();
  StoredTensor stored;
  stored.type = data_type(plain.scalar_type());
  stored.shape = plain.sizes().vec();
  if (plain.nbytes() > 0) stored.bytes.assign(static_cast<const char*>(plain.data_ptr()), plain.nbytes());
  return stored;
}

NamedTensors load_tensors(const std::filesystem::path& file, std::map<std::string, std::string>* metadata) {
  SafetensorsFile content = read_safetensors(file);
  return with_torch_errors(file, "reading tensors", [&] {
    NamedTensors tensors;
    for (auto& [name, stored] : content.tensors) {
      tensors[name] = to_tensor(stored);
      stored.bytes = std::string();  // at most one tensor is held twice
    }
    if (metadata) *metadata = std::move(content.metadata);
    return tensors;
  });
}

void save_tensors(const std::filesystem::path& file, const NamedTensors& tensors,
                  const std::map<std::string, std::string>& metadata) {
  SafetensorsFile content;
  content.metadata = metadata;
  for (const auto& [name, tensor] : tensors) content.tensors[name] = to_stored(tensor);
  write_safetensors(file, content);
}

void add_module_tensors(const torch::nn::Module& module, const std::string& prefix, NamedTensors& into) {
  for (const auto& [name, tensor] : state_of(module)) into[prefix + name] = tensor.detach();
}

void load_module_tensors(torch::nn::Module& module, const std::string& prefix, const NamedTensors& from,
                         const std::filesystem::path& file) {
  const at::NoGradGuard no_gradients;
  const std::map<std::string, at::Tensor> wanted = state_of(module);
  for (const auto& [name, tensor] : from) {
    if (name.starts_with(prefix) && !wanted.contains(name.substr(prefix.size()))) {
      throw Error({.file = file.string(),
                   .problem = "tensor " + shown(name) + " belongs to no part of the model",
                   .advice = "use weights made by this version with the same options"});
    }
  }
  for (const auto& [name, tensor] : wanted) {
    const auto given = from.find(prefix + name);
    if (given == from.end()) {
      throw Error({.file = file.string(),
                   .problem = "tensor " + prefix + name + " is missing",
                   .expected = describe(tensor),
                   .advice = "use weights made by this version with the same options"});
    }
    check_fits(prefix + name, tensor, given->second, file);
  }
  for (auto& [name, tensor] : wanted) at::Tensor(tensor).copy_(from.at(prefix + name));
}

}  // namespace foreview
