#include "operation.h"

#include <algorithm>
#include <cstring>
#include <exception>
#include <memory>
#include <numeric>

#include "huge_pages.h"

namespace pixelrnn {
namespace {

std::string Text(const Shape& shape) {
  std::string text = "[";
  for (size_t i = 0; i < shape.size(); i++) text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + "]";
}

struct StatusDeleter {
  void operator()(TF_Status* status) const { TF_DeleteStatus(status); }
};
using Status = std::unique_ptr<TF_Status, StatusDeleter>;

void Throw(const TF_Status* status) {
  if (TF_GetCode(status) != TF_OK) throw Failure{TF_Message(status)};
}

std::string StringAttribute(TF_OpKernelConstruction* construction, const char* name, TF_Status* status) {
  int32_t list = 0, length = 0;
  TF_OpKernelConstruction_GetAttrSize(construction, name, &list, &length, status);
  std::string value(length, '\0');
  TF_OpKernelConstruction_GetAttrString(construction, name, &value[0], length, status);
  return value;
}

/// The place of 'value' in "{'a', 'b'}".
int Choice(const std::string& type, const std::string& value) {
  const auto end = type.begin() + type.find("'" + value + "'");
  return static_cast<int>(std::count(type.begin(), end, ','));
}

void Compute(void* kernel, TF_OpKernelContext* context) {
  const Kernel& k = *static_cast<Kernel*>(kernel);
  std::string message;
  try {
    Call call(k.operation, k.attributes, context);
    k.operation.run(call);
    return;
  } catch (const Failure& failure) {
    message = failure.message;
  } catch (const std::exception& failure) {
    message = failure.what();
  }
  const Status status(TF_NewStatus());
  TF_SetStatus(status.get(), TF_INVALID_ARGUMENT, (std::string(k.operation.name) + ": " + message).c_str());
  TF_OpKernelContext_Failure(context, status.get());
}

std::vector<const char*>& Registered() {
  static std::vector<const char*> names;
  return names;
}

}  // namespace

int64_t Tensor::size() const {
  return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<int64_t>());
}

Attributes::Attributes(const Operation& operation, TF_OpKernelConstruction* construction) {
  const Status status(TF_NewStatus());
  for (const std::string declaration : operation.attributes) {
    const size_t colon = declaration.find(':');
    const std::string name = declaration.substr(0, colon), type = declaration.substr(colon + 1);
    int32_t value = 0;
    if (type.find('\'') != std::string::npos) {
      value = Choice(type, StringAttribute(construction, name.c_str(), status.get()));
    } else if (type.find("bool") != std::string::npos) {
      TF_Bool flag = 0;
      TF_OpKernelConstruction_GetAttrBool(construction, name.c_str(), &flag, status.get());
      value = flag;
    } else {
      TF_OpKernelConstruction_GetAttrInt32(construction, name.c_str(), &value, status.get());
    }
    values_.push_back({name, value});
  }
  if (TF_GetCode(status.get()) != TF_OK) TF_OpKernelConstruction_Failure(construction, status.get());
}

int Attributes::operator[](const char* name) const {
  for (const Value& value : values_) {
    if (value.name == name) return value.value;
  }
  throw Failure{std::string("no attribute ") + name};
}

Call::Call(const Operation& operation, const Attributes& attributes, TF_OpKernelContext* context)
    : attributes(attributes), operation_(operation), context_(context), status_(TF_NewStatus()) {}

Call::~Call() {
  for (TF_Tensor* tensor : owned_) TF_DeleteTensor(tensor);
  TF_DeleteStatus(status_);
}

Tensor Call::AnyInput(const char* name) {
  TF_Tensor* input = nullptr;
  TF_GetInput(context_, inputs_++, &input, status_);
  CheckStatus();
  owned_.push_back(input);
  Tensor tensor;
  tensor.name = name;
  tensor.data = TF_TensorData(input);
  for (int axis = 0; axis < TF_NumDims(input); axis++) tensor.shape.push_back(TF_Dim(input, axis));
  return tensor;
}

Tensor Call::InputOfRank(const char* name, int rank) {
  Tensor tensor = AnyInput(name);
  Check(static_cast<int>(tensor.shape.size()) == rank && tensor.size() > 0,
        std::string(name) + " must have " + std::to_string(rank) + " axes, none empty, got " +
            Text(tensor.shape));
  return tensor;
}

Tensor Call::AnyMatrix(const char* name) {
  Tensor tensor = AnyInput(name);
  Check(tensor.shape.size() >= 2 && tensor.size() > 0,
        std::string(name) + " must have at least 2 axes, none empty, got " + Text(tensor.shape));
  return tensor;
}

Tensor Call::Matrix(const char* name, int rows, int columns) {
  Tensor tensor = AnyInput(name);
  ExpectMatrix(tensor, rows, columns);
  return tensor;
}

Tensor Call::Input(const char* name, const Shape& shape) {
  Tensor tensor = AnyInput(name);
  Expect(tensor, shape);
  return tensor;
}

Tensor Call::Optional(const char* name, const Shape& shape) {
  return attributes[(std::string(name) + "_count").c_str()] ? Input(name, shape) : Tensor();
}

float* Call::Output(const Shape& shape) {
  size_t bytes = sizeof(float);
  for (const int64_t extent : shape) bytes *= extent;
  const int rank = static_cast<int>(shape.size());
  TF_Tensor* output = TF_AllocateOutput(context_, outputs_++, TF_FLOAT, shape.data(), rank, bytes, status_);
  CheckStatus();
  owned_.push_back(output);
  PreferHugePages(TF_TensorData(output), bytes);
  return static_cast<float*>(TF_TensorData(output));
}

void Call::Expect(const Tensor& tensor, const Shape& shape) const {
  Check(tensor.shape == shape,
        std::string(tensor.name) + " must be " + Text(shape) + ", got " + Text(tensor.shape));
}

void Call::ExpectMatrix(const Tensor& tensor, int rows, int columns) const {
  const Shape& shape = tensor.shape;
  Check(shape.size() >= 2 && shape.back() == columns && tensor.size() == int64_t{1} * rows * columns,
        std::string(tensor.name) + " must be " + Text({rows, columns}) + ", got " + Text(shape));
}

void Call::Check(bool condition, const std::string& text) const {
  if (!condition) throw Failure{text};
}

void Call::CheckStatus() const { Throw(status_); }

void Register(const Operation& operation, void* (*create)(TF_OpKernelConstruction*)) {
  const Status status(TF_NewStatus());
  TF_OpDefinitionBuilder* definition = TF_NewOpDefinitionBuilder(operation.name);
  for (const char* attribute : operation.attributes) TF_OpDefinitionBuilderAddAttr(definition, attribute);
  for (const char* input : operation.inputs) TF_OpDefinitionBuilderAddInput(definition, input);
  for (const char* output : operation.outputs) TF_OpDefinitionBuilderAddOutput(definition, output);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(definition,
                                                  [](TF_ShapeInferenceContext* context, TF_Status* result) {
                                                    TF_ShapeInferenceContextSetUnknownShape(context, result);
                                                  });
  TF_RegisterOpDefinition(definition, status.get());
  Throw(status.get());
  const auto destroy = [](void* kernel) { delete static_cast<Kernel*>(kernel); };
  TF_KernelBuilder* builder = TF_NewKernelBuilder(operation.name, "CPU", create, Compute, destroy);
  TF_RegisterKernelBuilder(operation.name, builder, status.get());
  Throw(status.get());
  Registered().push_back(operation.name);
}

const std::vector<const char*>& RegisteredOperations() { return Registered(); }

}  // namespace pixelrnn
