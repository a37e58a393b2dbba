// TensorFlow operations through its stable C API: how one is declared, and what it sees when it runs.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"

namespace pixelrnn {

using Shape = std::vector<int64_t>;

/// What an operation throws; its text becomes that of the JavaScript exception.
struct Failure {
  std::string message;
};

/// An input; `data` is null if it is an optional one that is absent.
struct Tensor {
  const char* name = "";
  const void* data = nullptr;
  Shape shape;

  int64_t size() const;
  int operator[](int axis) const { return static_cast<int>(shape[axis]); }
  int columns() const { return static_cast<int>(shape.back()); }
  operator const float*() const { return static_cast<const float*>(data); }
  const int32_t* integers() const { return static_cast<const int32_t*>(data); }
};

class Call;

/// One operation as TensorFlow is told of it: `inputs` and `outputs` as "x: float" or, for a list,
/// "x: count * float"; `attributes` as "count: int", "flag: bool" or "kind: {'a', 'b'}".
struct Operation {
  const char* name;
  std::vector<const char*> inputs, outputs, attributes;
  void (*run)(Call&);
};

/// The attributes of one operation in one graph node.
class Attributes {
 public:
  Attributes(const Operation& operation, TF_OpKernelConstruction* construction);
  /// The value of an int or bool attribute, or the index of a string among those allowed.
  int operator[](const char* name) const;

 private:
  struct Value {
    std::string name;
    int value;
  };
  std::vector<Value> values_;
};

/// One execution of an operation. Inputs and outputs are taken in the order in which they were declared.
class Call {
 public:
  Call(const Operation& operation, const Attributes& attributes, TF_OpKernelContext* context);
  ~Call();
  Call(const Call&) = delete;

  const Attributes& attributes;

  Tensor AnyInput(const char* name);
  /// The next input. Fails unless it has `rank` axes, none of them empty.
  Tensor InputOfRank(const char* name, int rank);
  /// The next input. Fails unless it has at least two axes, none of them empty.
  Tensor AnyMatrix(const char* name);
  /// The next input. Fails unless it has this shape.
  Tensor Input(const char* name, const Shape& shape);
  /// The next input, a matrix whose rows may lie on several axes ([taps, inputs, outputs]).
  Tensor Matrix(const char* name, int rows, int columns);
  /// The next input, if the attribute `name`_count says that it is there.
  Tensor Optional(const char* name, const Shape& shape);
  /// The next output, uninitialized.
  float* Output(const Shape& shape);
  /// Fails unless the tensor has this shape.
  void Expect(const Tensor& tensor, const Shape& shape) const;
  /// Fails unless the tensor is such a matrix, its rows on one axis or several.
  void ExpectMatrix(const Tensor& tensor, int rows, int columns) const;
  /// Fails with this text, unless `condition`.
  void Check(bool condition, const std::string& text) const;

 private:
  void CheckStatus() const;

  const Operation& operation_;
  TF_OpKernelContext* const context_;
  TF_Status* const status_;
  std::vector<TF_Tensor*> owned_;
  int inputs_ = 0, outputs_ = 0;
};

/// Makes an operation known to TensorFlow. Throws Failure.
void Register(const Operation& operation, void* (*create)(TF_OpKernelConstruction*));

/// The names of all operations registered so far.
const std::vector<const char*>& RegisteredOperations();

/// What TensorFlow keeps of one operation in one graph node.
struct Kernel {
  const Operation& operation;
  Attributes attributes;
};

/// TensorFlow hands `create` nothing that would tell operations apart: each has a function of its own.
template <const Operation& operation>
void Register() {
  Register(operation, [](TF_OpKernelConstruction* construction) -> void* {
    return new Kernel{operation, Attributes(operation, construction)};
  });
}

}  // namespace pixelrnn
